/** The part that every pull request of the demo goes through: opened, trained, evaluated, judged, reported. */

import { join } from 'node:path';
import { checksOf, firstLine, type OpenPullRequest, openPullRequest, reportOf } from '../pull-request.ts';
import { type Change, readChange } from '../repository.ts';
import { CHECKOUT, type Stage } from '../stage.ts';

export interface Judged {
  readonly number: number;
  readonly checks: ReadonlyMap<string, string>;
}

/** Pull requests that are open already, by the name of their change. */
const opened = new WeakMap<Stage, Map<string, OpenPullRequest>>();

/** Opens the pull request of `demo/changes/<name>` unless it is open; its training starts at once. */
export async function openChange(stage: Stage, name: string): Promise<OpenPullRequest> {
  const known = opened.get(stage) ?? new Map<string, OpenPullRequest>();
  opened.set(stage, known);
  const folder = join(CHECKOUT, 'demo/changes', name);
  const pull = known.get(name) ?? (await open(stage, await readChange(folder), join(folder, 'files')));
  known.set(name, pull);
  return pull;
}

/** Opens the pull request of `demo/changes/<name>` and waits for the verdict. */
export async function judgeChange(stage: Stage, name: string): Promise<Judged> {
  return verdictOn(stage, await openChange(stage, name));
}

/** Opens a pull request with these files and waits for the verdict. */
export async function judge(stage: Stage, change: Change, files: string): Promise<Judged> {
  return verdictOn(stage, await open(stage, change, files));
}

async function open(stage: Stage, change: Change, files: string): Promise<OpenPullRequest> {
  const pull = await openPullRequest(stage, change, files);
  stage.story.say(`pull request #${pull.number} “${change.title}” ${pull.url}`);
  return pull;
}

async function verdictOn(stage: Stage, { number }: OpenPullRequest): Promise<Judged> {
  let checks: ReadonlyMap<string, string> = new Map();
  await stage.story.step(`#${number} trained, evaluated and judged`, async () => {
    checks = await checksOf(stage, number);
    return [...checks]
      .map(([check, conclusion]) => `${check.replace('mergeway / ', '')} ${conclusion}`)
      .join(', ');
  });
  await stage.story.step('report', async () => firstLine(await reportOf(stage, number)));
  return { number, checks };
}
