/** Chromium for tests that look at pages as a person does. MERGEWAY_TEST_CHROMIUM names its executable; `.ci/run` sets it. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A start that takes longer ends with what Chromium wrote; by default it would outlast the test that waits for it. */
const START_MS = 30_000;

export interface Look {
  readonly colorScheme: 'light' | 'dark';
  /** Of the window, px. */
  readonly width: number;
  /** false: as people see it whose browser runs none. */
  readonly scripts?: boolean;
}

/** Four ways in which people see a page. */
export const LOOKS: readonly Look[] = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ colorScheme, width })),
);

/** A page with what its console and its content security policy complained about so far. */
export interface SeenPage extends Page {
  readonly complaints: readonly string[];
}

export interface Windows {
  /** Opens the address in a window of its own. */
  open(url: string, look: Look): Promise<SeenPage>;
}

/** A browser that ends with the test. */
export async function browser(t: TestContext): Promise<Windows> {
  const executablePath = process.env.MERGEWAY_TEST_CHROMIUM;
  assert.ok(executablePath, 'MERGEWAY_TEST_CHROMIUM must name the Chromium executable');
  const running = await chromium.launch({ executablePath, args: FLAGS, timeout: START_MS });
  t.after(() => running.close());
  return { open: (url, look) => openPage(running, url, look) };
}

async function openPage(
  running: Browser,
  url: string,
  { colorScheme, width, scripts = true }: Look,
): Promise<SeenPage> {
  const page = await running.newPage({
    colorScheme,
    viewport: { width, height: 900 },
    javaScriptEnabled: scripts,
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  await page.goto(url, { waitUntil: 'load' });
  return Object.assign(page, { complaints });
}

/** How many px wider the page is than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
}
