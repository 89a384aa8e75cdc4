import { zipSync } from 'fflate';
import { memoryForge } from '#adapters/memory/forge.ts';
import { EVIDENCE, forgeContract } from '#test/contracts/forge.ts';

const HEAD = 'a'.repeat(40);
const MERGE = 'b'.repeat(40);

forgeContract('memory', async () => {
  const forge = memoryForge({ repository: 'acme/risk' });
  const pull = {
    number: 7,
    title: 'A better model',
    state: 'open',
    merged: false,
    author: 'ada',
    head: { sha: HEAD, ref: 'better', repository: 'acme/risk' },
    base: { sha: 'c'.repeat(40), ref: 'main' },
  } as const;
  forge.setPullRequest(pull);
  forge.setPermission('ada', 'write');
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
