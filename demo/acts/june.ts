/**
 * June arrives, and the circle closes: live flights are predicted and logged, labels come late, the monitor finds log loss beyond its
 * limit and opens an issue and a pull request, which is trained, judged, merged by policy and rolled out. No hand touches this act: it
 * only lets time go on and looks.
 */

import { alarmIssue, monitorLines, retrainingPull } from '../circle.ts';
import { checksOf, commentMatching, deploymentEnd, firstLine, reportOf } from '../pull-request.ts';
import type { Lived, Stage } from '../stage.ts';
import { until } from '../watch.ts';
import type { Act } from './act.ts';

/** Flights a second, in the replay. */
const FAST = 2500;
/** While the pull request is trained and judged on this machine's two cores. */
const SLOW = 20;

export const june: Act = {
  name: 'June drifts, and the circle closes',
  expected: 'alarm, retrained, promoted, alarm over',
  async play(stage) {
    stage.setTraffic('quiet');
    await live(stage, 'late May', '2013-06-01T20:00:00Z', FAST);
    await live(stage, 'the first half of June', '2013-06-16T20:00:00Z', FAST);
    await live(stage, 'the second half of June', '2013-07-01T20:00:00Z', FAST);
    const issue = await awaitAlarm(stage);
    for (const line of await monitorLines(stage)) stage.story.say(line);
    await live(stage, 'the first days of July', '2013-07-02T08:00:00Z', FAST);

    const number = await awaitPull(stage);
    const merged = await awaitMerge(stage, number);
    if (!merged) return 'alarm, and not merged';

    stage.setTraffic('full');
    const [canary] = await Promise.all([
      awaitCanary(stage, number),
      live(stage, 'July, while the canary is watched', '2013-07-10T04:00:00Z', 500),
    ]);
    stage.setTraffic('quiet');
    if (canary !== 'success') return 'alarm, retrained, rolled back';
    await live(stage, 'July, on the new version', '2013-07-16T20:00:00Z', FAST);
    const isOver = await alarmOver(stage, issue);
    for (const line of await monitorLines(stage)) stage.story.say(line);
    return isOver ? june.expected : 'alarm, retrained, promoted, alarm still open';
  },
};

async function live(stage: Stage, what: string, instant: string, rate: number): Promise<void> {
  await stage.story.step(what, async () => livedLine(await stage.replayUntil(instant, rate)));
}

function livedLine({ sent, labels, failed, byVersion }: Lived): string {
  const versions = Object.entries(byVersion).map(([version, count]) => `${version} ${count}`);
  return `${sent} flights predicted (${versions.join(', ')}), ${labels} labels told, ${failed} failed`;
}

async function awaitAlarm(stage: Stage): Promise<number> {
  let number = 0;
  await stage.story.step('alarm', async () => {
    const issue = await until('the alarm', () => alarmIssue(stage, 'open'));
    number = issue.number;
    return `issue #${issue.number} “${issue.title}” ${issue.url}`;
  });
  return number;
}

async function awaitPull(stage: Stage): Promise<number> {
  let number = 0;
  await stage.story.step('retraining', async () => {
    const pull = await until('the retraining pull request', () => retrainingPull(stage));
    number = pull.number;
    return `pull request #${pull.number} “${pull.title}” ${pull.url}`;
  });
  return number;
}

async function awaitMerge(stage: Stage, number: number): Promise<boolean> {
  let merged = false;
  await stage.story.step(`#${number} trained, evaluated and judged`, async () => {
    const [checks] = await Promise.all([
      checksOf(stage, number),
      stage.replayUntil('2013-07-02T20:00:00Z', SLOW),
    ]);
    return [...checks]
      .map(([check, conclusion]) => `${check.replace('mergeway / ', '')} ${conclusion}`)
      .join(', ');
  });
  await stage.story.step('report', async () => firstLine(await reportOf(stage, number)));
  await stage.story.step('merge', async () => {
    merged = await until('the merge by policy', async () => {
      const { data } = await stage.author.rest.pulls.get({ ...stage.repository, pull_number: number });
      return data.state === 'closed' ? data.merged : undefined;
    });
    return merged ? 'merged by Mergeway: every gate passed, and the policy asks for no approval' : 'closed';
  });
  return merged;
}

async function awaitCanary(stage: Stage, number: number): Promise<string> {
  let state = '';
  await stage.story.step('canary', async () => {
    state = await deploymentEnd(stage, number);
    return commentMatching(stage, number, state === 'success' ? /production/i : /rolled back/i);
  });
  return state;
}

async function alarmOver(stage: Stage, number: number): Promise<boolean> {
  let closed = false;
  await stage.story.step('alarm', async () => {
    const issue = await until(`issue #${number} to be closed`, () => alarmIssue(stage, 'closed'));
    closed = issue.number === number;
    return `issue #${issue.number} closed: ${await commentMatching(stage, number, /./)}`;
  });
  return closed;
}
