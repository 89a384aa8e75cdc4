/** GitHub's answers, as far as they are used. https://docs.github.com/rest */

import { z } from 'zod';

export const Ignored = z.unknown();
export const WithId = z.object({ id: z.number() });
export const WithSha = z.object({ sha: z.string() });

const Account = z.object({ login: z.string() }).nullable();
const RepositoryRef = z.object({ full_name: z.string() }).nullable();

export const Repository = z.object({ default_branch: z.string() });

export const Pull = z.object({
  number: z.number(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  user: Account,
  head: z.object({ sha: z.string(), ref: z.string(), repo: RepositoryRef }),
  base: z.object({ sha: z.string(), ref: z.string() }),
});
export type Pull = z.infer<typeof Pull>;

export const Comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  html_url: z.string(),
  user: Account,
});

export const Check = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  app: z.object({ slug: z.string().nullish() }).nullable(),
  html_url: z.string().nullable(),
});

export const Run = z.object({
  id: z.number(),
  path: z.string(),
  event: z.string(),
  head_sha: z.string(),
  head_branch: z.string().nullable(),
  head_repository: RepositoryRef.optional(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
});

export const Artifact = z.object({
  id: z.number(),
  name: z.string(),
  size_in_bytes: z.number(),
  expired: z.boolean(),
});

export const Collaborator = z.object({ permission: z.enum(['admin', 'write', 'read', 'none']) });
export const Dispatched = z.object({ workflow_run_id: z.number() });

export const Deployment = z.object({ id: z.number(), payload: z.unknown(), creator: Account.optional() });

export const Tree = z.object({
  truncated: z.boolean().optional(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      type: z.string(),
      sha: z.string(),
      size: z.number().optional(),
    }),
  ),
});

export const Blob = z.object({ content: z.string(), encoding: z.literal('base64') });

export const Ref = z.object({ ref: z.string(), object: z.object({ type: z.string(), sha: z.string() }) });

export const Commit = z.object({
  sha: z.string(),
  message: z.string(),
  tree: WithSha,
  parents: z.array(WithSha),
});

export const Merged = z.object({ sha: z.string() });

export const Review = z.object({
  state: z.string(),
  commit_id: z.string().nullable(),
  user: z.object({ login: z.string(), type: z.string() }).nullable(),
});

export const Issue = z.object({
  number: z.number(),
  body: z.string().nullish(),
  user: Account,
  pull_request: z.unknown().optional(),
});

export const Tag = z.object({
  message: z.string(),
  tagger: z.object({ name: z.string(), email: z.string(), date: z.string() }).nullish(),
  object: z.object({ type: z.string(), sha: z.string() }),
});
