/** `npm run bench -- <name> [--json]`: runs a benchmark; the table or one JSON object on stdout, progress on stderr. */

import { parseArgs } from 'node:util';
import type { BenchRow } from './benchmark.ts';
import { benchmarks } from './index.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args);
  const benchmark = benchmarks.find(({ name }) => name === parsed?.name);
  if (!parsed || !benchmark) {
    process.stderr.write(usage(parsed?.name));
    return 2;
  }
  const rows = await benchmark.run((line) => process.stderr.write(`${line}\n`));
  const text = parsed.json ? JSON.stringify({ name: benchmark.name, rows }) : table(rows);
  process.stdout.write(`${text}\n`);
  return 0;
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { name: positionals[0], json: values.json };
  } catch {
    return undefined;
  }
}

function usage(name: string | undefined): string {
  const unknown = name ? `There is no benchmark ${JSON.stringify(name)}.\n` : '';
  const known = benchmarks.map((one) => `  ${one.name}  ${one.about}`).join('\n');
  return `${unknown}Usage: npm run bench -- <name> [--json]\n${known}\n`;
}

function table(rows: readonly BenchRow[]): string {
  const head = ['what', 'ours', 'peer', 'unit', 'ratio', 'aim', 'met'];
  const cells = rows.map((row) => [
    row.what,
    shown(row.ours),
    shown(row.peer),
    row.unit,
    shown(row.ratio),
    row.aim,
    row.met ? 'yes' : 'no',
  ]);
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const notes = rows.map(({ what, reason }) => `- ${what}: ${reason}`);
  return [line(head), ...cells.map(line), '', ...notes].join('\n');
}

function shown(value: number | null): string {
  if (value === null) return '–';
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
