import { memoryTags } from '#adapters/memory/annotated-tags.ts';
import { annotatedTagsContract } from '#test/contracts/annotated-tags.ts';

annotatedTagsContract('memory', () => ({ tags: memoryTags(), commits: ['a'.repeat(40), 'b'.repeat(40)] }));
