/** `mergeway monitor`: a profile and plain files, no repository; exit codes and words that people and scripts rely on. */

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { digestOf } from '#core/digest.ts';
import { type MonitorPredicate, monitorEvidence } from '#core/evidence/monitor.ts';
import { parseEvidence, serialize, subjectOf } from '#core/evidence/statement.ts';
import { profileStatement } from '#core/profile/of-evaluation.ts';
import { jsonOf, mergeway, type Ran } from '#test/support/command-line.ts';
import { temporaryFolder } from '#test/support/folder.ts';
import { profile } from '#test/support/profile.ts';

const WORDS = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'd'];

/** A row each minute from June 1 on; `shift` moves the amounts. */
function log(count: number, { shift = 0, version = 'v1.0.0' } = {}): string {
  const lines = Array.from({ length: count }, (_, row) => {
    const time = new Date(Date.parse('2013-06-01T00:00:00Z') + row * 60_000).toISOString();
    return [time, version, (row * 37) % 100, ((row * 61) % 100) + shift, WORDS[row % 10]].join(',');
  });
  return `event_time,version,score,feature.amount,feature.purpose\n${lines.join('\n')}\n`;
}

async function ran(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran & { cwd: string }> {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'profile.json'), serialize(profileStatement(profile(), digestOf('model'))));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(cwd, name, '..'), { recursive: true });
    await writeFile(join(cwd, name), content);
  }
  return { ...(await mergeway(['monitor', '--profile', 'profile.json', ...args], { cwd })), cwd };
}

test('a log like the reference: exit code 0, every check in a line', async (t) => {
  const { code, stdout, stderr } = await ran(t, { 'log.csv': log(1440) }, '--predictions', 'log.csv');

  assert.equal(code, 0, stderr);
  assert.match(stdout, /^stayed: credit v1\.0\.0 from 2013-06-01T00:00:00\.000Z/);
  assert.match(stdout, /amount +psi_deciles +stayed +PSI 0/);
  assert.match(stdout, /chance alone raise at most 0\.1 alarms a month/);
});

test('what moved stands first, and the exit code is 1', async (t) => {
  const { code, stdout } = await ran(t, { 'log.csv': log(1440, { shift: 20 }) }, '--predictions', 'log.csv');

  assert.equal(code, 1);
  assert.match(stdout, /^3 alarms: credit/);
  assert.match(stdout.split('\n')[1] ?? '', /amount .*ALARM/);
});

test('too few rows: exit code 3', async (t) => {
  const { code, stdout } = await ran(t, { 'log.csv': log(50) }, '--predictions', 'log.csv');

  assert.equal(code, 3);
  assert.match(stdout, /^could not tell/);
});

test('a folder of parts, cut into windows: one verdict each, and evidence as a list', async (t) => {
  const { code, stdout, cwd } = await ran(
    t,
    {
      'log/2013-06-01/a.csv': log(1440),
      'log/2013-06-01/b.csv': log(720, { shift: 50 }),
      'log/notes.txt': 'no data',
    },
    ...['--predictions', 'log', '--every', '12h', '--out', 'out/windows.json', '--json'],
  );

  assert.equal(code, 1);
  const { windows } = JSON.parse(stdout);
  assert.deepEqual(
    windows.map(({ window, verdict, rows }: MonitorPredicate) => [window.from, verdict, rows]),
    [
      ['2013-06-01T00:00:00.000Z', 'fail', 1440],
      ['2013-06-01T12:00:00.000Z', 'pass', 720],
    ],
  );
  assert.equal(JSON.parse(await readFile(join(cwd, 'out/windows.json'), 'utf8')).length, 2);
});

test('one window’s evidence is a statement about the profile’s model', async (t) => {
  const { cwd } = await ran(
    t,
    { 'log.csv': log(1440) },
    ...[
      '--predictions',
      'log.csv',
      '--from',
      '2013-06-01',
      '--to',
      '2013-06-01T12:00:00Z',
      '--out',
      'window.json',
    ],
  );

  const evidence = parseEvidence(monitorEvidence, await readFile(join(cwd, 'window.json')), 'window.json');
  assert.equal(subjectOf(evidence), digestOf('model'));
  assert.equal(evidence.predicate.rows, 720);
});

test('a policy from a file says what is watched, labels may stand beside the scores', async (t) => {
  const model = `
name: credit
task: binary-classification
inputs: {code: ["src/**"], data: [data/train.lock]}
train: {command: python train.py}
evaluate: {data: data/holdout.lock, key: id, label: defaulted, predict: {output: probabilities}}
monitor: {performance: [{metric: log_loss, ratio: 1.3}]}
`;
  const rows = Array.from(
    { length: 1000 },
    (_, row) => `${row % 2 === 0 ? 0.9 : 0.1},${row % 4 === 0 ? 0 : row % 2 === 0 ? 1 : 0}`,
  );
  const files = { 'model.yaml': model, 'scored.csv': `score,defaulted\n${rows.join('\n')}\n` };

  const { code, stdout } = await ran(
    t,
    files,
    ...['--predictions', 'scored.csv', '--policy', 'model.yaml', '--label', 'defaulted', '--json'],
  );

  // A quarter of the rows are wrong at 0.9: 0.25 · 2.303 + 0.75 · 0.105 = 0.655, 1.64 times 0.4.
  assert.equal(code, 1);
  const [{ checks }] = JSON.parse(stdout).windows;
  const [check] = checks.filter(({ kind }: { kind: string }) => kind === 'performance');
  assert.ok(Math.abs(check.statistic - 0.6547 / 0.4) < 1e-3, String(check.statistic));
});

for (const { what, args, code, says } of [
  {
    what: 'predictions of two versions',
    args: ['--predictions', 'log.csv', '--predictions', 'other.csv'],
    code: 'MW_USAGE',
    says: /several versions \("v1\.0\.0", "v2\.0\.0"\): give --version/,
  },
  {
    what: 'a file that is not there',
    args: ['--predictions', 'nothing.csv'],
    code: 'MW_FILE_MISSING',
    says: /nothing\.csv/,
  },
  {
    what: 'a folder without data',
    args: ['--predictions', 'empty'],
    code: 'MW_FILE_MISSING',
    says: /no Parquet or CSV/,
  },
  {
    what: 'a time that is none',
    args: ['--predictions', 'log.csv', '--from', 'yesterday'],
    code: 'MW_USAGE',
    says: /--from takes a time/,
  },
  {
    what: 'a window that ends before it begins',
    args: ['--predictions', 'log.csv', '--from', '2013-07-01', '--to', '2013-06-01'],
    code: 'MW_USAGE',
    says: /before it begins/,
  },
  {
    what: 'a length that is none',
    args: ['--predictions', 'log.csv', '--every', 'daily'],
    code: 'MW_USAGE',
    says: /--every takes/,
  },
  {
    what: 'windows of files without times',
    args: ['--predictions', 'plain.csv', '--every', '1d'],
    code: 'MW_USAGE',
    says: /no column `event_time`/,
  },
  {
    what: 'a column of labels that is not there',
    args: ['--predictions', 'labelled.csv', '--label', 'defautled'],
    code: 'MW_COLUMN_MISSING',
    says: /the predictions have no column defautled; did you mean `defaulted`\?/,
  },
  {
    what: 'feedback that is none',
    args: ['--predictions', 'log.csv', '--feedback', 'labelled.csv'],
    code: 'MW_COLUMN_MISSING',
    says: /the feedback has no column prediction_id.* \(there are score, defaulted\)/,
  },
  {
    what: 'a profile that is none',
    args: ['--predictions', 'log.csv', '--profile', 'log.csv'],
    code: 'MW_EVIDENCE_INVALID',
    says: /log\.csv/,
  },
]) {
  test(`${what} is refused with ${code}`, async (t) => {
    const files = {
      'log.csv': log(300),
      'other.csv': log(300, { version: 'v2.0.0' }),
      'plain.csv': 'score,amount\n1,2\n',
      'labelled.csv': 'score,defaulted\n0.1,0\n',
      'empty/readme.txt': '',
    };

    const result = await ran(t, files, ...args, '--json');

    assert.equal(result.code, 2, result.stderr);
    assert.equal(jsonOf(result).error?.code, code);
    assert.match(result.stderr + result.stdout, says);
  });
}
