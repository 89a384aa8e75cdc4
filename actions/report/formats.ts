/** The report in the formats that other tools read: which files the command line asks for, and what is in them. */

import { join } from 'node:path';
import type { Io } from '#actions/command.ts';
import { readSource } from '#actions/files.ts';
import { MergewayError } from '#core/errors.ts';
import { modelConfigPath } from '#core/flows/policy.ts';
import { renderJunit } from '#core/report/formats/junit.ts';
import { renderEvalResults, renderModelCard } from '#core/report/formats/model-card.ts';
import { renderSarif } from '#core/report/formats/sarif.ts';
import type { Report } from '#core/report/report.ts';
import type { ReportOptions } from './command.ts';

type Wanted = Pick<ReportOptions, 'junit' | 'sarif' | 'modelCard' | 'hubBenchmark'>;

/** Content by path, as people wrote it. MW_USAGE. */
export async function reportFiles(
  report: Report,
  { junit, sarif, modelCard, hubBenchmark }: Wanted,
  io: Io,
): Promise<Readonly<Record<string, string>>> {
  if (hubBenchmark !== undefined && modelCard === undefined) {
    throw new MergewayError('MW_USAGE', '--hub-benchmark goes with --model-card <folder>');
  }
  return {
    ...(junit !== undefined && { [junit]: renderJunit([report]) }),
    ...(sarif !== undefined && { [sarif]: renderSarif([report], await sourcesOf(report, io)) }),
    ...(modelCard !== undefined && { [join(modelCard, 'README.md')]: renderModelCard(report) }),
    ...(modelCard !== undefined &&
      hubBenchmark !== undefined && {
        [join(modelCard, '.eval_results', 'mergeway.yaml')]: renderEvalResults(report, hubBenchmark),
      }),
  };
}

/** What is checked out is what an annotation's line is looked up in. */
async function sourcesOf({ model }: Report, { cwd }: Io): Promise<Readonly<Record<string, string>>> {
  const source = await readSource(cwd, modelConfigPath(model)).catch(() => undefined);
  return source ? { [model]: source.text } : {};
}
