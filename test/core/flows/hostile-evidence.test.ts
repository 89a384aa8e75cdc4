/** The App and evidence that is not what it should be: refused with a code on the check, and nothing of it is posted. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { readZip } from '#adapters/zip/read-zip.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { hostileEvidence } from '#test/support/hostile-evidence.ts';
import { type Line, memoryLine, REPOSITORY } from '#test/support/line.ts';

const SAMPLE = await goodEvidence();

for (const { name, bytes, codes } of hostileEvidence(SAMPLE)) {
  test(`the App refuses ${name} with a code, and posts nothing from it`, async () => {
    const { line, head } = await waiting();
    const before = line.forge.checks.length;

    const artifacts = { 'mergeway-evidence': zipSync({ 'evaluation.json': bytes }) };
    await collectEvaluation(line.workspace, await line.evaluated({ artifacts }));

    const check = line.forge.check(head, 'mergeway');
    assert.equal(check?.conclusion, 'failure');
    assert.ok(
      codes.some((code) => unescaped(check?.summary).includes(code)),
      `${check?.summary}`,
    );
    assert.ok((check?.summary.length ?? 0) < 3000);
    assert.deepEqual(line.forge.comments, []);
    assert.equal(line.forge.checks.length, before, 'no check of a gate');
    const [evaluation] = await line.workspace.store.evaluations.of(REPOSITORY, head);
    assert.equal(evaluation?.outcome?.evidence, undefined);
    assert.deepEqual(evaluation?.outcome?.results, []);
  });
}

test('evidence with fields that this Mergeway does not know is judged, and kept with them', async () => {
  const { line, head } = await waiting();
  const text = new TextDecoder().decode(SAMPLE).replace('"metrics":', '"novelty":{"a":1},"metrics":');

  const artifacts = { 'mergeway-evidence': zipSync({ 'evaluation.json': new TextEncoder().encode(text) }) };
  await collectEvaluation(line.workspace, await line.evaluated({ artifacts }));

  assert.equal(line.forge.check(head, 'mergeway')?.conclusion, 'success');
  const [evaluation] = await line.workspace.store.evaluations.of(REPOSITORY, head);
  const { evidence } = evaluation?.outcome ?? {};
  assert.ok(evidence);
  assert.equal(new TextDecoder().decode(await line.workspace.artifacts.get(evidence)), text);
});

async function waiting(): Promise<{ readonly line: Line; readonly head: string }> {
  const line = memoryLine();
  const { head } = line.push({ 'src/train.py': 'better()' });
  await collectTraining(line.workspace, await line.trained());
  return { line, head: head.sha };
}

/** What the run of an undisturbed line hands over; every line has the same digests. */
async function goodEvidence(): Promise<Uint8Array> {
  const { line } = await waiting();
  const run = await line.evaluated();
  const [artifact] = await line.forge.artifacts(run);
  const zip = await line.forge.downloadArtifact(artifact?.id ?? 0, 1e8);
  return readZip(zip, { maxBytes: 1e8 }).get('evaluation.json') ?? new Uint8Array();
}

function unescaped(text = ''): string {
  return text.replaceAll('\\', '');
}
