/**
 * The pages as people see them, in a real browser: the dashboard of an App with a rollout under way, and a pull request
 * with its report on the stand-in for GitHub. MERGEWAY_TEST_SCREENSHOTS names a folder to keep pictures in.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Locator } from 'playwright-core';
import type { RunningApp } from '#app/server.ts';
import { collectEvaluation } from '#core/flows/collect-evaluation.ts';
import { collectTraining } from '#core/flows/collect-training.ts';
import { startRollout } from '#core/flows/start-rollout.ts';
import { at, world } from '#test/peers/github/testing.ts';
import { appOver } from '#test/support/app.ts';
import { browser, LOOKS, overflow, type SeenPage, type Windows } from '#test/support/browser.ts';
import { countErrors, mergeProven, openRollout, runToEnd } from '#test/support/controller.ts';
import { type Line, memoryLine, onnxNamed, REPOSITORY } from '#test/support/line.ts';
import { alarmOf, driftOf, metricOf, retrainingOf, windowOf } from '#test/support/monitoring.ts';

test('the dashboard reads well in every window, and nothing in it is refused', async (t) => {
  const { app } = await appWithRollout(t);
  const windows = await browser(t);

  for (const look of LOOKS) {
    const page = await windows.open(app.url, look);
    await chartsOf(page);

    await page.screenshot(pictureAt(`dashboard-${look.colorScheme}-${look.width}`));
    assert.deepEqual(page.complaints, []);
    assert.equal(await overflow(page), 0, `${look.width} px, ${look.colorScheme}`);
    const text = await textOf(page.locator('main'));
    assert.match(text, /credit v0\.0\.3 running/);
    assert.match(text, /chain intact, \d+ entries/);
    assert.doesNotMatch(text, /Time:/, 'a legend without values says nothing of them');
    await page.close();
  }
});

test('a running rollout moves while one looks: numbers, charts, and the way home', async (t) => {
  const { app, line } = await appWithRollout(t);
  const page = await openLive(await browser(t), app);
  const before = await chartsOf(page);

  line.traffic.setCounts('credit', {
    champion: { units: 4000, errors: 8, slow: 0 },
    canary: { units: 400, errors: 1, slow: 0 },
  });
  await tick(line, page, /canary v0\.0\.3 400 1 0/);
  const after = await chartsOf(page);
  line.traffic.setCounts('credit', {
    champion: { units: 5000, errors: 8, slow: 0 },
    canary: { units: 600, errors: 300, slow: 0 },
  });
  await tick(line, page, /rolled back/);

  assert.notEqual(after, before);
  assert.notEqual(await chartsOf(page), after);
  await page.screenshot(pictureAt('rollout-rolled-back'));
  assert.deepEqual(page.complaints, []);
});

test("a model's page shows the circle, the drift and the metric in every window, and with scripts off", async (t) => {
  const { app, line } = await appWithRollout(t);
  await monitored(line);
  const windows = await browser(t);

  for (const look of [...LOOKS, { colorScheme: 'light', width: 1280, scripts: false } as const]) {
    const page = await windows.open(`${app.url}/models/${REPOSITORY}/credit`, look);
    if (look.scripts !== false) await page.locator('[data-chart="performance-0"] canvas').waitFor();

    const scripts = look.scripts === false ? '-without-scripts' : '';
    await page.screenshot(pictureAt(`model-${look.colorScheme}-${look.width}${scripts}`));
    assert.deepEqual(page.complaints, []);
    assert.equal(await overflow(page), 0, `${look.width} px, ${look.colorScheme}`);
    const text = await textOf(page.locator('main'));
    assert.match(text, /serve v0\.0\.1 .* canary v0\.0\.3 running, 10 %/);
    assert.match(text, /temp: PSI 7\.1, limit 0\.05/);
    assert.match(text, /log_loss 0\.55 \[0\.53, 0\.57\], limit 0\.52/);
    assert.match(text, /twice the same gate; gates that failed: roc_auc/);
    await page.close();
  }
});

test('the page follows the model round: an alarm closes while one looks', async (t) => {
  const { app, line } = await appWithRollout(t);
  await monitored(line);
  const page = await (await browser(t)).open(`${app.url}/models/${REPOSITORY}/credit`, {
    colorScheme: 'light',
    width: 1280,
  });
  assert.match(await textOf(page.locator('main')), /Alarm open/);

  await line.workspace.store.monitors.saveAlarm(alarmOf({ state: 'closed' }));

  await page.getByRole('heading', { name: 'Alarm closed' }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test('a pull request with a report reads well in every window', async (t) => {
  const line = memoryLine();
  line.push({ 'src/train.py': 'better()' });
  await prove(line, 'better', 0.7);
  const w = await world(t);
  const number = await w.open('better', { 'a.txt': 'a' });
  const app = (await w.asApp()).rest;
  for (const { body } of line.forge.comments) {
    await app.issues.createComment({ ...at, issue_number: number, body });
  }
  const { data: pull } = await app.pulls.get({ ...at, pull_number: number });
  const windows = await browser(t);

  for (const look of LOOKS) {
    const page = await windows.open(pull.html_url, look);

    await page.screenshot(pictureAt(`pull-request-${look.colorScheme}-${look.width}`));
    assert.deepEqual(page.complaints, []);
    assert.equal(await overflow(page), 0, `${look.width} px, ${look.colorScheme}`);
    const heading = page.getByRole('heading', { name: /credit/ });
    assert.match(await textOf(heading.first()), /fail/i);
    await page.close();
  }
});

/** v0.0.1 in production, v0.0.2 rolled back, v0.0.3 as canary. */
async function appWithRollout(t: TestContext): Promise<{ readonly app: RunningApp; readonly line: Line }> {
  const line = memoryLine();
  const { store } = line.workspace;
  await store.repositories.seen({ name: REPOSITORY, installation: 42 });
  await mergeProven(line, 'first');
  await runToEnd(line);
  await mergeProven(line, 'second');
  await runToEnd(line, { before: () => countErrors(line, { champion: 0, canary: 30 }) });
  await mergeProven(line, 'third');
  await startRollout(line.workspace, await openRollout(line));
  const app = await appOver(line);
  t.after(() => app.close());
  return { app, line };
}

/** Six windows of half a month that move away, an alarm, and two retrainings. */
async function monitored(line: Line): Promise<void> {
  const { monitors, retrainings } = line.workspace.store;
  const days = ['04-01', '04-16', '05-01', '05-16', '06-01', '06-16', '07-01'].map((day) => `2026-${day}`);
  const temp = [0.02, 0.3, 2.2, 7.1, 6.0, 5.1];
  const dew = [0.03, 0.04, 1.1, 6.0, 4.4, null];
  const loss = [0.41, 0.42, 0.45, 0.48, 0.51, 0.55];
  for (const [index, from] of days.slice(0, -1).entries()) {
    await monitors.save(
      windowOf(from, days[index + 1] ?? from, [
        driftOf('temp', temp[index] ?? null, 0.05),
        driftOf('dew_point', dew[index] ?? null, 0.05),
        driftOf('pressure', 0.01 * (index + 1), 0.05),
        driftOf('carrier', 0.004, 0.03),
        driftOf('distance', 0.002, 0.03),
        metricOf('log_loss', loss[index] ?? 0.4, 0.52),
        metricOf('log_loss', (loss[index] ?? 0.4) / 0.4, 1.3, 'ratio'),
      ]),
    );
  }
  await monitors.saveAlarm(alarmOf());
  await retrainings.decide(
    retrainingOf({ id: 'may', state: 'given-up', reason: 'twice the same gate', failedGates: ['roc_auc'] }),
  );
  await retrainings.decide(retrainingOf({ decidedAt: Date.parse('2026-07-03'), pullRequest: 14, head: '' }));
}

async function prove(line: Line, name: string, rocAuc = 0.8): Promise<void> {
  await collectTraining(line.workspace, await line.trained({ onnx: onnxNamed(name) }));
  await collectEvaluation(line.workspace, await line.evaluated({ rocAuc }));
}

function openLive(windows: Windows, app: RunningApp): Promise<SeenPage> {
  return windows.open(app.url, { colorScheme: 'light', width: 1280 });
}

/** What both charts show, as the bytes of their pictures. */
async function chartsOf(page: SeenPage): Promise<string> {
  await page.locator('[data-chart="traffic"] canvas').waitFor();
  return page.evaluate(
    "[...document.querySelectorAll('[data-chart] canvas')].map((canvas) => canvas.toDataURL()).join()",
  );
}

/** Lets the App's seconds pass until the rollout's section says this. */
async function tick(line: Line, page: SeenPage, says: RegExp): Promise<void> {
  const section = page.locator('[data-rollout]').first();
  const end = Date.now() + 30_000;
  while (!says.test(await textOf(section))) {
    assert.ok(Date.now() < end, `it does not come to ${says}: ${await textOf(section)}`);
    line.clock.advance(500);
    await page.waitForTimeout(300);
  }
  await page.waitForTimeout(1500);
}

/** Its text as it reads, on one line. */
async function textOf(place: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what a person reads has a space between two cells
  return (await place.innerText()).replaceAll(/\s+/g, ' ');
}

/** Where a picture goes, if anywhere. */
function pictureAt(name: string) {
  const folder = process.env.MERGEWAY_TEST_SCREENSHOTS;
  return { fullPage: true, ...(folder && { path: join(folder, `${name}.png`) }) };
}
