import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { FIRST, LINK, SECOND, sourceTreeContract } from '#test/contracts/source-tree.ts';

sourceTreeContract('memory', async () => {
  const tree = memorySourceTree();
  const first = tree.commit(FIRST);
  const second = tree.commit(SECOND, { links: LINK });
  return { tree, commits: [first, second] };
});
