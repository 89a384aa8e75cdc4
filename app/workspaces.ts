/** One workspace per repository and installation, kept while the App runs: listings and tags that never change stay known. */

import type { Probot } from 'probot';
import { z } from 'zod';
import { githubAnnotatedTags } from '#adapters/github/annotated-tags.ts';
import type { GitHubClient } from '#adapters/github/client.ts';
import { githubForge } from '#adapters/github/forge.ts';
import { Answers, rememberingClient } from '#adapters/github/remember.ts';
import { githubSourceTree } from '#adapters/github/source-tree.ts';
import { sigstoreVerifier } from '#adapters/sigstore/verifier.ts';
import { readZip } from '#adapters/zip/read-zip.ts';
import type { Workspace } from '#core/flows/workspace.ts';
import { verifyChain } from '#core/ledger/chain.ts';
import { tagLedger } from '#core/ledger/tag-ledger.ts';
import type { AnnotatedTags } from '#core/ports/annotated-tags.ts';
import type { ArtifactStore } from '#core/ports/artifact-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { DataIntervals } from '#core/ports/data-intervals.ts';
import type { LiveWindows } from '#core/ports/live-windows.ts';
import type { KnownRepository, Store } from '#core/ports/store.ts';
import type { Traffic } from '#core/ports/traffic.ts';
import { gtoRegistry } from '#core/registry/gto-registry.ts';
import { takingTurns } from '#core/turns.ts';
import type { Log } from './log.ts';

export type OpenWorkspace = (repository: KnownRepository) => Promise<Workspace>;

/** What a repository's live windows and further data are looked up with. */
type WorkspaceBase = Omit<Workspace, 'windows' | 'data'>;

export interface WorkspaceParts {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly traffic: (url: string) => Traffic;
  readonly leaseMs: number;
  readonly publicUrl?: string | undefined;
  /** Absent without a prediction log. */
  readonly windows?: ((base: WorkspaceBase) => LiveWindows) | undefined;
  /** Absent without data stores. */
  readonly data?: ((base: WorkspaceBase) => DataIntervals) | undefined;
}

/** Workspaces on GitHub, through the App's installations. */
export function githubWorkspaces(probot: Probot, parts: WorkspaceParts): OpenWorkspace {
  const open = new Map<string, Promise<Workspace>>();
  const turns = takingTurns();
  const answers = new Answers();
  let slug: Promise<string> | undefined;

  return async (repository) => {
    const key = `${repository.installation} ${repository.name}`;
    slug ??= appSlug(probot);
    const workspace = open.get(key) ?? openOne(probot, { ...parts, turns, answers }, repository, slug);
    open.set(key, workspace);
    try {
      return await workspace;
    } catch (error) {
      open.delete(key);
      slug = undefined;
      throw error;
    }
  };
}

async function openOne(
  probot: Probot,
  parts: WorkspaceParts & Pick<Workspace, 'turns'> & { readonly answers: Answers },
  { name, installation }: KnownRepository,
  slug: Promise<string>,
): Promise<Workspace> {
  const [owner = '', repo = ''] = name.split('/');
  const octokit = (await probot.auth(installation)) as unknown as GitHubClient;
  const client = rememberingClient(octokit, parts.answers);
  const login = `${await slug}[bot]`;
  const tags = githubAnnotatedTags(
    client,
    { owner, repo },
    { tagger: { name: login, email: `${login}@users.noreply.github.com` } },
  );
  await adoptTagLedger(parts, name, tags);
  const base: WorkspaceBase = {
    forge: githubForge(client, { owner, repo, login }),
    source: githubSourceTree(client, { owner, repo }),
    registry: gtoRegistry(tags),
    store: parts.store,
    ledger: parts.store.ledger(name),
    artifacts: parts.artifacts,
    clock: parts.clock,
    signatures: sigstoreVerifier(),
    unzip: (zip, maxBytes) => readZip(zip, { maxBytes }),
    traffic: parts.traffic,
    leaseMs: parts.leaseMs,
    turns: parts.turns,
    ...(parts.publicUrl !== undefined && { publicUrl: parts.publicUrl }),
  };
  return {
    ...base,
    ...(parts.windows && { windows: parts.windows(base) }),
    ...(parts.data && { data: parts.data(base) }),
  };
}

/** A repository that ran without the App has its ledger in tags; its chain goes on in the database. */
async function adoptTagLedger(
  { store, log }: WorkspaceParts,
  name: string,
  tags: AnnotatedTags,
): Promise<void> {
  const entries = await tagLedger(tags).entries();
  const check = verifyChain(entries);
  if (check.ok) return store.adoptLedger(name, entries);
  log.warn('ledger in tags is broken and not taken over', { repository: name, reason: check.reason });
}

async function appSlug(probot: Probot): Promise<string> {
  const octokit = await probot.auth();
  const { data } = await octokit.request('GET /app');
  return z.object({ slug: z.string().min(1) }).parse(data).slug;
}
