/** The part that every pull request of the demo goes through: opened, trained, evaluated, judged, reported. */

import { join } from 'node:path';
import { checksOf, firstLine, openPullRequest, reportOf } from '../pull-request.ts';
import { type Change, readChange } from '../repository.ts';
import { CHECKOUT, type Stage } from '../stage.ts';

export interface Judged {
  readonly number: number;
  readonly checks: ReadonlyMap<string, string>;
}

/** Opens the pull request of `demo/changes/<name>` and waits for the verdict. */
export async function judgeChange(stage: Stage, name: string): Promise<Judged> {
  const folder = join(CHECKOUT, 'demo/changes', name);
  return judge(stage, await readChange(folder), join(folder, 'files'));
}

/** Opens a pull request with these files and waits for the verdict. */
export async function judge(stage: Stage, change: Change, files: string): Promise<Judged> {
  let number = 0;
  let checks: ReadonlyMap<string, string> = new Map();

  await stage.story.step('pull request', async () => {
    const pull = await openPullRequest(stage, change, files);
    number = pull.number;
    return `#${number} “${change.title}” ${pull.url}`;
  });
  await stage.story.step('trained, evaluated and judged', async () => {
    checks = await checksOf(stage, number);
    return [...checks]
      .map(([check, conclusion]) => `${check.replace('mergeway / ', '')} ${conclusion}`)
      .join(', ');
  });
  await stage.story.step('report', async () => firstLine(await reportOf(stage, number)));
  return { number, checks };
}
