import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '#core/digest.ts';
import type { AnnotatedTag } from '#core/ports/annotated-tags.ts';
import { eventsByArtifact, foldEvents, nextCounter, nextVersion } from '#core/registry/gto-state.ts';

const COMMITS = { A: 'a'.repeat(40), B: 'b'.repeat(40), C: 'c'.repeat(40) };

/** Tags as `second commit name`, one per line. */
function tags(text: string): readonly AnnotatedTag[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [second, commit, name = ''] = line.trim().split(/\s+/);
      return {
        name,
        commit: COMMITS[commit as keyof typeof COMMITS],
        message: `${name}\n\nMergeway-Digest: ${digestOf(name)}`,
        at: Number(second) * 1000,
        by: 'Ada <ada@example.com>',
      };
    });
}

function stateOf(all: readonly AnnotatedTag[]) {
  const { versions, stages } = foldEvents('credit', eventsByArtifact(all).get('credit') ?? []);
  const held = Object.entries(stages).map(([stage, version]) => `${stage}=${version?.version}`);
  return { versions: versions.map(({ version }) => version), stages: held.sort() };
}

const TWO = `1 A credit@v0.0.1
             2 B credit@v0.0.2`;

for (const { name, text, versions, stages } of [
  {
    name: 'a stage on a newer version does not need the older one cleared',
    text: `${TWO}\n3 A credit#production#1\n4 B credit#production#2`,
    versions: ['v0.0.1', 'v0.0.2'],
    stages: ['production=v0.0.2'],
  },
  {
    name: 'a rollback is the older version assigned again, not the greatest version',
    text: `${TWO}\n3 A credit#production#1\n4 B credit#production#2\n5 A credit#production#3`,
    versions: ['v0.0.1', 'v0.0.2'],
    stages: ['production=v0.0.1'],
  },
  {
    name: 'within one second the counter decides',
    text: `${TWO}\n3 B credit#production#2\n3 A credit#production#1`,
    versions: ['v0.0.1', 'v0.0.2'],
    stages: ['production=v0.0.2'],
  },
  {
    name: 'counters are numbers: 10 comes after 9',
    text: `${TWO}\n3 A credit#production#10\n3 B credit#production#9`,
    versions: ['v0.0.1', 'v0.0.2'],
    stages: ['production=v0.0.1'],
  },
  {
    name: 'a cancelled assignment gives the stage back',
    text: `${TWO}\n3 A credit#production#1\n4 B credit#production#2\n5 B credit#production!#3`,
    versions: ['v0.0.1', 'v0.0.2'],
    stages: ['production=v0.0.1'],
  },
  {
    name: 'a deregistered version holds nothing',
    text: `${TWO}\n3 A credit#production#1\n4 B credit#production#2\n5 B credit@v0.0.2!`,
    versions: ['v0.0.1'],
    stages: ['production=v0.0.1'],
  },
  {
    name: 'a deprecated artifact has no active versions, until one is registered again',
    text: `${TWO}\n3 B credit#production#1\n4 B credit@deprecated\n5 C credit@v0.0.3`,
    versions: ['v0.0.3'],
    stages: [],
  },
  {
    name: 'an assignment at a commit without a version holds nothing',
    text: `${TWO}\n3 C credit#production#1`,
    versions: ['v0.0.1', 'v0.0.2'],
    stages: [],
  },
  {
    name: 'a registration in the same second as its assignment comes first',
    text: '1 A credit#production#1\n1 A credit@v0.0.1',
    versions: ['v0.0.1'],
    stages: ['production=v0.0.1'],
  },
  {
    name: 'other artifacts and other tags do not matter',
    text: `${TWO}\n3 B churn#production#1\n4 B v9.9.9\n5 B credit@v9`,
    versions: ['v0.0.1', 'v0.0.2'],
    stages: [],
  },
]) {
  test(name, () => {
    assert.deepEqual(stateOf(tags(text)), { versions, stages });
  });

  test(`${name}, in whatever order the tags are listed`, () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...tags(text)], { minLength: tags(text).length }), (shuffled) => {
        assert.deepEqual(stateOf(shuffled), { versions, stages });
      }),
      { numRuns: 20 },
    );
  });
}

test('the digest is read from the message; tags of other tools have none', () => {
  const [ours] = tags('1 A credit@v0.0.1') as [AnnotatedTag];
  const theirs = { ...ours, name: 'credit@v0.0.2', message: 'Registering artifact credit version v0.0.2' };

  const { versions } = foldEvents('credit', eventsByArtifact([ours, theirs]).get('credit') ?? []);

  assert.deepEqual(
    versions.map(({ digest }) => digest),
    [digestOf('credit@v0.0.1'), undefined],
  );
});

for (const { text, counter, version } of [
  { text: '1 A other@v1.0.0', counter: 1, version: 'v0.0.1' },
  { text: '1 A credit@v0.0.1', counter: 1, version: 'v0.0.2' },
  { text: '1 A credit@v0.0.10\n2 B credit@v0.0.9', counter: 1, version: 'v0.0.11' },
  { text: '1 A credit@v1.2.3-rc.1#7\n2 A credit@v1.2.3-rc.1!#8', counter: 9, version: 'v1.2.4' },
  { text: '1 A credit#canary#3\n2 A credit#production#2', counter: 4, version: 'v0.0.1' },
]) {
  test(`after ${text.replaceAll('\n', ' and ')} come counter ${counter} and ${version}`, () => {
    const events = eventsByArtifact(tags(text)).get('credit') ?? [];

    assert.equal(nextCounter(events), counter);
    assert.equal(nextVersion(events), version);
  });
}
