/**
 * From tags to versions and stages: a fold over the annotated tags of one artifact, in order of time.
 *
 * Tag times have whole seconds; within one second the counter decides, and where there is none, registrations come first.
 * Our rule for "who holds a stage", which gto's own commands answer in two ways: the latest assignment that was not
 * cancelled, on a version that is active (neither deregistered nor deprecated).
 */

import { type Digest, parseDigest } from '../digest.ts';
import type { AnnotatedTag } from '../ports/annotated-tags.ts';
import type { ModelState, ModelVersion } from '../ports/model-registry.ts';
import { type GtoTag, parseGtoTag } from './gto-tag.ts';

export interface GtoEvent {
  readonly tag: AnnotatedTag;
  readonly gto: GtoTag;
}

/** What the tags of one artifact come to. */
export interface GtoState extends ModelState {
  /** The artifact's GTO tags, oldest first. */
  readonly events: readonly GtoEvent[];
}

const DIGEST_TRAILER = 'Mergeway-Digest: ';

/** A tag message that carries the digest. Its line is the last, so that no text before it can pass for it. */
export function messageWithDigest(text: string, digest: Digest): string {
  return `${text}\n\n${DIGEST_TRAILER}${digest}`;
}

/** Tags that are GTO's, by artifact. */
export function eventsByArtifact(tags: readonly AnnotatedTag[]): ReadonlyMap<string, readonly GtoEvent[]> {
  const artifacts = new Map<string, GtoEvent[]>();
  for (const tag of tags) {
    const gto = parseGtoTag(tag.name);
    if (!gto) continue;
    const events = artifacts.get(gto.artifact) ?? [];
    artifacts.set(gto.artifact, [...events, { tag, gto }]);
  }
  for (const [artifact, events] of artifacts) artifacts.set(artifact, events.sort(inOrder));
  return artifacts;
}

/** The state that these events, oldest first, come to. */
export function foldEvents(model: string, events: readonly GtoEvent[]): GtoState {
  const versions = new Map<string, ModelVersion>();
  const assignments: { readonly stage: string; readonly commit: string }[] = [];

  for (const { tag, gto } of events) {
    switch (gto.action) {
      case 'register':
        versions.set(gto.version, versionOf(model, gto.version, tag));
        break;
      case 'deregister':
        versions.delete(gto.version);
        break;
      case 'deprecate':
        versions.clear();
        break;
      case 'assign':
        assignments.push({ stage: gto.stage, commit: tag.commit });
        break;
      case 'unassign':
        cancel(assignments, gto.stage, tag.commit);
        break;
    }
  }

  const active = [...versions.values()];
  return { model, events, versions: active, stages: holders(active, assignments) };
}

/** One more than any counter that the artifact's tags carry, over all stages, as gto counts. */
export function nextCounter(events: readonly GtoEvent[]): number {
  return 1 + events.reduce((highest, { gto }) => Math.max(highest, gto.counter ?? 0), 0);
}

/** The version after the greatest one that was ever registered, patch counted up; `v0.0.1` is the first. */
export function nextVersion(events: readonly GtoEvent[]): string {
  const known = events.flatMap(({ gto }) => (gto.action === 'register' ? [numbersOf(gto.version)] : []));
  const [major, minor, patch] = known.sort(byNumbers).at(-1) ?? [0, 0, 0];
  return `v${major}.${minor}.${patch + 1}`;
}

function versionOf(model: string, version: string, { commit, message, at }: AnnotatedTag): ModelVersion {
  const line = message.split('\n').findLast((text) => text.startsWith(DIGEST_TRAILER));
  const digest = line && parseDigest(line.slice(DIGEST_TRAILER.length).trim());
  return { model, version, commit, at, ...(digest && { digest }) };
}

/** Unassigning a stage from a commit's version takes back every assignment of it there. */
function cancel(
  assignments: { readonly stage: string; readonly commit: string }[],
  stage: string,
  commit: string,
) {
  const kept = assignments.filter((one) => one.stage !== stage || one.commit !== commit);
  assignments.splice(0, assignments.length, ...kept);
}

function holders(
  active: readonly ModelVersion[],
  assignments: readonly { readonly stage: string; readonly commit: string }[],
): Readonly<Record<string, ModelVersion>> {
  const stages: Record<string, ModelVersion> = Object.create(null);
  for (const { stage, commit } of assignments) {
    const version = active.findLast((one) => one.commit === commit);
    if (version) stages[stage] = version;
  }
  return { ...stages };
}

/** Which action comes first among tags of one second that have no counter. */
const RANK = { register: 0, assign: 1, unassign: 2, deregister: 3, deprecate: 4 } as const;

function inOrder(a: GtoEvent, b: GtoEvent): number {
  return (
    a.tag.at - b.tag.at ||
    (a.gto.counter ?? 0) - (b.gto.counter ?? 0) ||
    RANK[a.gto.action] - RANK[b.gto.action] ||
    (a.tag.name < b.tag.name ? -1 : 1)
  );
}

function numbersOf(version: string): readonly [number, number, number] {
  const [, major, minor, patch] = /^v(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return [Number(major), Number(minor), Number(patch)];
}

function byNumbers(a: readonly [number, number, number], b: readonly [number, number, number]): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
