/**
 * The model registry on annotated git tags, readable and writable by gto. Every change is one tag, so there is nothing half
 * done; a name taken meanwhile (MW_TAG_EXISTS) makes it read the tags anew. New tags are at least a second younger than the
 * artifact's newest, since gto orders by tag time and a clock may be behind.
 */

import { MergewayError } from '../errors.ts';
import type { AnnotatedTag, AnnotatedTags } from '../ports/annotated-tags.ts';
import type { ModelRegistry, ModelVersion, Stage } from '../ports/model-registry.ts';
import {
  eventsByArtifact,
  foldEvents,
  type GtoState,
  messageWithDigest,
  nextCounter,
  nextVersion,
} from './gto-state.ts';
import { formatGtoTag } from './gto-tag.ts';

/** Tries before a lost race is reported. */
const ATTEMPTS = 5;

type Registration = Parameters<ModelRegistry['register']>[0];
type Assignment = Parameters<ModelRegistry['assign']>[0];

export function gtoRegistry(tags: AnnotatedTags): ModelRegistry {
  async function stateOf(model: string): Promise<GtoState> {
    return foldEvents(model, eventsByArtifact(await tags.list()).get(model) ?? []);
  }

  return {
    async models() {
      const artifacts = [...eventsByArtifact(await tags.list())];
      return artifacts
        .filter(([model, events]) => foldEvents(model, events).versions.length > 0)
        .map(([model]) => model)
        .sort();
    },

    async state(model) {
      const { versions, stages } = await stateOf(model);
      return { model, versions, stages };
    },

    register: (registration) =>
      withRetry(async () => {
        const state = await stateOf(registration.model);
        const known = registeredAt(state, registration);
        if (known) return known;

        const { model, commit, digest } = registration;
        const version = nextVersion(state.events);
        const name = formatGtoTag({ artifact: model, counter: undefined, action: 'register', version });
        const text = registration.note ?? `Registered ${model} ${version}`;
        const at = laterThan(state, registration.at);
        await tags.create({ name, commit, message: messageWithDigest(text, digest), at });
        return { model, version, commit, digest, at };
      }),

    assign: (assignment) =>
      withRetry(async () => {
        const state = await stateOf(assignment.model);
        if (holder(state, assignment.stage)?.version === assignment.version) return;
        await tags.create(stageTag(state, 'assign', assignment));
      }),

    unassign: (assignment) =>
      withRetry(async () => {
        const state = await stateOf(assignment.model);
        if (holder(state, assignment.stage)?.version !== assignment.version) return;
        await tags.create(stageTag(state, 'unassign', assignment));
      }),
  };
}

/** The version that this digest has at this commit. A commit holds one version of a model. */
function registeredAt(
  { versions }: GtoState,
  { model, commit, digest }: Registration,
): ModelVersion | undefined {
  const known = versions.find((version) => version.commit === commit);
  if (!known || known.digest === digest) return known;
  throw new MergewayError(
    'MW_VERSION_CONFLICT',
    `${model} ${known.version} stands at commit ${commit} with ${known.digest ?? 'no digest'}; it can't be ${digest} too`,
  );
}

function stageTag(
  state: GtoState,
  action: 'assign' | 'unassign',
  { model, version, stage, at, note }: Assignment,
): Pick<AnnotatedTag, 'name' | 'commit' | 'message' | 'at'> {
  const target = state.versions.find((one) => one.version === version);
  if (!target) {
    throw new MergewayError('MW_VERSION_NOT_FOUND', `${model} has no active version ${version}`);
  }
  return {
    name: formatGtoTag({ artifact: model, counter: nextCounter(state.events), action, stage }),
    commit: target.commit,
    message:
      note ??
      `${action === 'assign' ? 'Assigned' : 'Took'} ${stage} ${action === 'assign' ? 'to' : 'from'} ${model} ${version}`,
    at: laterThan(state, at),
  };
}

function holder(state: GtoState, stage: Stage): ModelVersion | undefined {
  return state.stages[stage];
}

/** `at`, or a second after the artifact's newest tag if that is later; whole seconds, as git keeps them. */
function laterThan({ events }: GtoState, at: number): number {
  const second = Math.floor(at / 1000) * 1000;
  const newest = events.at(-1)?.tag.at;
  return newest === undefined ? second : Math.max(second, newest + 1000);
}

async function withRetry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const lostRace = error instanceof MergewayError && error.code === 'MW_TAG_EXISTS';
      if (!lostRace || tries >= ATTEMPTS) throw error;
    }
  }
}
