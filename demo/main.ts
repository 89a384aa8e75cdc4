/**
 * `npm run demo`: the quickstart played as acts, from a pull request to a live canary and back, on real processes.
 * Options: --json (one object on stdout), --keep (leave everything up until Ctrl-C), --acts <n> (only the first n),
 * --drills (crash drills after the acts). Exit code 0 only if every outcome is the expected one.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Act, ActResult } from './acts/act.ts';
import { playFirst } from './acts/first.ts';
import { acts, drills } from './acts/index.ts';
import { buildStage, type Stage } from './stage.ts';
import { summary, tellStory } from './story.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    drills: { type: 'boolean', default: false },
    acts: { type: 'string', default: String(acts.length) },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const started = Date.now();
  const story = tellStory(Date.now);
  const folder = await mkdtemp(join(tmpdir(), 'mergeway-demo-'));
  const results: ActResult[] = [];
  let stage: Stage | undefined;
  let seconds = 0;
  try {
    story.act('Setting the stage');
    stage = await buildStage(folder, story);
    story.say(`pull requests ${stage.github.url}/${stage.repository.owner}/${stage.repository.repo}`);
    story.say(`dashboard     ${stage.appUrl}`);
    await playFirst(stage);
    for (const act of [...acts.slice(0, Number(options.acts)), ...(options.drills ? drills : [])]) {
      results.push(await play(act, stage, results.length + 1));
    }
    seconds = (Date.now() - started) / 1000;
    process.stderr.write(summary(results, seconds));
    if (options.keep) await untilInterrupted(stage);
  } finally {
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  }

  if (options.json) console.log(JSON.stringify({ acts: results, seconds }));
  return results.every(({ outcome, expected }) => outcome === expected) ? 0 : 1;
}

async function play(act: Act, stage: Stage, position: number): Promise<ActResult> {
  const started = Date.now();
  stage.story.act(`Act ${position}: ${act.name}`);
  const outcome = await act.play(stage).catch((error: Error) => `stopped: ${error.message}`);
  return { name: act.name, expected: act.expected, outcome, seconds: (Date.now() - started) / 1000 };
}

async function untilInterrupted(stage: Stage): Promise<void> {
  stage.story.say(`everything stays up; Ctrl-C ends it and removes ${stage.folder}`);
  await new Promise((resolve) => process.once('SIGINT', resolve));
}
