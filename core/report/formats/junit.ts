/**
 * Verdicts as JUnit XML, as the tools that show tests read it (https://github.com/testmoapp/junitxml): each result is a test case. What
 * could not be told is an `error`, which every reader counts as red; `skipped` would read as green where a test is required.
 */

import type { GateResult } from '../../gates/result.ts';
import type { Report } from '../report.ts';

export function renderJunit(reports: readonly Report[]): string {
  const results = reports.flatMap((report) => report.results);
  const suites = reports.map(
    (report) =>
      `  <testsuite name="${xml(report.model)}" ${counts(report.results)} time="${report.evaluation.seconds.toFixed(3)}">\n` +
      `${report.results.map((result) => testCase(report, result)).join('')}  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mergeway" ${counts(results)}>\n${suites.join('')}</testsuites>\n`;
}

function counts(results: readonly GateResult[]): string {
  const of = (status: string) => results.filter(({ verdict }) => verdict.status === status).length;
  return `tests="${results.length}" failures="${of('fail')}" errors="${of('inconclusive')}" skipped="${of('skipped')}"`;
}

function testCase({ model }: Report, { gate, name, verdict }: GateResult): string {
  const open = `    <testcase classname="${xml(`${model}.${gate}`)}" name="${xml(name)}"`;
  const reason = xml(verdict.reason);
  switch (verdict.status) {
    case 'pass':
      return `${open}>\n      <system-out>${reason}</system-out>\n    </testcase>\n`;
    case 'fail':
      return `${open}>\n      <failure type="fail" message="${reason}"/>\n    </testcase>\n`;
    case 'inconclusive':
      return (
        `${open}>\n      <error type="inconclusive" message="could not tell: ${reason}">` +
        `What would settle it: ${xml(verdict.wouldSettle)}</error>\n    </testcase>\n`
      );
    case 'skipped':
      return `${open}>\n      <skipped message="${reason}"/>\n    </testcase>\n`;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 (§2.2) can't hold control characters, not even as references, nor the two that are no characters. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s]/gu, ' ')
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
