/**
 * Verdicts as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0), for annotations at the gate's line in `model.yaml`. What
 * could not be told is an error, too: GitHub decides by the level alone whether its check is red.
 */

import { digestOfJson, hexOf } from '../../digest.ts';
import { modelConfigPath } from '../../flows/policy.ts';
import { GATE_NAMES, type GateResult } from '../../gates/result.ts';
import { describe } from '../../verdict.ts';
import { VERSION } from '../../version.ts';
import type { Report } from '../report.ts';
import { gateLine } from './gate-line.ts';

/** `sources`: the text of each model's `model.yaml`, by model; without one, the first line is named. */
export function renderSarif(reports: readonly Report[], sources: Readonly<Record<string, string>>): string {
  const results = reports.flatMap((report) =>
    report.results
      .filter(({ verdict: { status } }) => status === 'fail' || status === 'inconclusive')
      .map((result) => sarifResult(report.model, result, sources[report.model] ?? '')),
  );
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Mergeway',
            semanticVersion: VERSION,
            rules: GATE_NAMES.map((gate) => ({
              id: `mergeway/${gate}`,
              name: `${gate[0]?.toUpperCase()}${gate.slice(1)}Gate`,
              shortDescription: { text: `The ${gate} gate of a model` },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function sarifResult(model: string, result: GateResult, source: string) {
  const { gate, name, verdict } = result;
  return {
    ruleId: `mergeway/${gate}`,
    ruleIndex: GATE_NAMES.indexOf(gate),
    level: 'error',
    message: { text: plain(`${model}: ${name}: ${describe(verdict)}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: modelConfigPath(model) },
          region: { startLine: gateLine(source, result) },
        },
      },
    ],
    partialFingerprints: { 'mergeway/v1': hexOf(digestOfJson({ model, gate, name })) },
    properties: { verdict: verdict.status },
  };
}

/** In a message `[text](1)` is a link and `{0}` a placeholder (§3.11); a backslash takes both away. */
function plain(text: string): string {
  return text.toWellFormed().replace(/\\/g, '\\\\').replace(/[[\]]/g, '\\$&').replace(/[{}]/g, '$&$&');
}
