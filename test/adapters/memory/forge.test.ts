import { zipSync } from 'fflate';
import { memoryForge } from '#adapters/memory/forge.ts';
import { memorySourceTree } from '#adapters/memory/source-tree.ts';
import { EVIDENCE, forgeContract } from '#test/contracts/forge.ts';

const MERGE = 'b'.repeat(40);

forgeContract('memory', async () => {
  const source = memorySourceTree();
  const forge = memoryForge({ repository: 'acme/risk', source });
  const base = source.commit({ 'README.md': 'hello\n' });
  const HEAD = source.change(base, { 'model.txt': 'better\n' }, { branch: 'better' });
  const pull = {
    number: 7,
    title: 'A better model',
    state: 'open',
    merged: false,
    author: 'ada',
    head: { sha: HEAD, ref: 'better', repository: 'acme/risk' },
    base: { sha: base, ref: 'main' },
  } as const;
  forge.setPullRequest(pull);
  forge.setPermission('ada', 'write');
  forge.setPermission('grace', 'write');
  forge.setPermission('rita', 'read');
  return {
    forge,
    pull: { number: 7, headSha: HEAD },
    login: 'mergeway[bot]',
    comments: async () => forge.comments.map(({ author, body }) => ({ author, body })),
    commentAsAda: async (body) => forge.commentAs('ada', 7, body),
    reactions: async (id) =>
      forge.reactions.filter(({ commentId }) => commentId === id).map(({ content }) => content),
    checks: async () =>
      [...new Set(forge.checks.map(({ name }) => name))].flatMap((name) => forge.check(HEAD, name) ?? []),
    deployments: async () =>
      forge.deployments.map(({ id: _, statuses, ...rest }) => ({
        ...rest,
        states: statuses.map(({ state }) => state),
      })),
    merge: async () => {
      forge.setPullRequest({ ...pull, state: 'closed', merged: true, mergeCommit: MERGE });
      return MERGE;
    },
    base: async () => (await source.resolve('main')) ?? '',
    read: async (commit, path) => {
      const bytes = await source.read(commit, path);
      return bytes && new TextDecoder().decode(bytes);
    },
    branch: (branch) => source.resolve(branch),
    review: async (author, number, says) => forge.reviewAs(author, number, says),
    pushMore: async (number) => {
      const { head, ...rest } = await forge.pullRequest(number);
      const sha = source.change(head.sha, { 'more.txt': 'more' }, { branch: head.ref });
      forge.setPullRequest({ ...rest, head: { ...head, sha } });
      return sha;
    },
    block: async (isBlocked) => forge.block(isBlocked ? 'a required check is missing' : ''),
    issues: async () => forge.issues.map(({ marker: _, ...issue }) => issue),
    finish: async (id) => {
      forge.setRun(
        {
          id,
          path: '.github/workflows/evaluate.yml',
          event: 'workflow_dispatch',
          headSha: 'c'.repeat(40),
          headBranch: 'main',
          headRepository: 'acme/risk',
          status: 'completed',
          conclusion: 'success',
          url: `https://github.com/acme/risk/actions/runs/${id}`,
        },
        { 'mergeway-evidence': zipSync({ 'evaluation.json': new TextEncoder().encode(EVIDENCE) }) },
      );
    },
  };
});
