/** Validation as a command: finds contract and data, lets core judge, prints and writes evidence. */

import { resolve } from 'node:path';
import type { Io, Outcome } from '#actions/command.ts';
import { openLock, placesOf } from '#actions/data.ts';
import { folderPlace } from '#actions/features/place.ts';
import { readSource, writeFileWhole } from '#actions/files.ts';
import { readMergewayConfig, readModelConfig } from '#actions/model.ts';
import { digestOfFile } from '#adapters/data-store/digest.ts';
import { duckdbTable } from '#adapters/duckdb/table.ts';
import type { ModelConfig } from '#core/config/model.ts';
import { requireModelColumns } from '#core/contract/model-columns.ts';
import { columnOf, type DataContract, parseContract } from '#core/contract/odcs.ts';
import { objectOf, type Validation, validateTable } from '#core/contract/validate.ts';
import { type Digest, digestOf } from '#core/digest.ts';
import { MergewayError } from '#core/errors.ts';
import { serialize, statement } from '#core/evidence/statement.ts';
import { dataDigest, validationEvidence } from '#core/evidence/validation.ts';
import { modelFeatures } from '#core/flows/model-features.ts';
import { counted } from '#core/plural.ts';
import type { Column } from '#core/ports/table.ts';
import { exitCode } from '#core/verdict.ts';
import { VERSION } from '#core/version.ts';
import type { ValidateOptions } from './command.ts';
import { describeValidation } from './describe.ts';

interface DataFile {
  readonly name: string;
  readonly path: string;
  readonly digest: Digest;
}

interface Job {
  readonly contract: DataContract;
  readonly contractDigest: Digest;
  readonly files: readonly DataFile[];
  /** Whose columns must exist; absent where plain files are checked. */
  readonly config?: ModelConfig;
}

interface Checked {
  readonly validation: Validation;
  /** Said before everything else; undefined when the file and the contract are about the same. */
  readonly stranger: string | undefined;
}

/** Runs `mergeway validate`. */
export async function run(options: ValidateOptions, io: Io, files: readonly string[]): Promise<Outcome> {
  const job = await jobOf(options, io, files);
  if (!job) return nothingToCheck(options.model);

  io.progress.say(`reading ${job.files.map(({ name }) => name).join(', ')}`);
  const { validation, stranger } = await validateFiles(job, options.object);
  if (options.out) await writeFileWhole(resolve(io.cwd, options.out), evidenceOf(job, validation));
  return {
    exit: exitCode(validation.verdict),
    json: { verdict: validation.verdict, rules: validation.rules },
    text: [...(stranger ? [stranger] : []), describeValidation(validation)].join('\n'),
    outputs: { verdict: validation.verdict },
  };
}

async function jobOf(options: ValidateOptions, io: Io, files: readonly string[]): Promise<Job | undefined> {
  if (options.model !== undefined && options.contract === undefined && files.length === 0) {
    return jobOfModel(options.model, options, io);
  }
  if (options.contract === undefined || options.model !== undefined || files.length === 0) {
    throw new MergewayError(
      'MW_USAGE',
      '`mergeway validate` needs --contract and data files, or --model alone',
    );
  }
  const source = await readSource(io.cwd, options.contract);
  const contract = parseContract(source);
  const named = files.map((name) => ({ name, path: resolve(io.cwd, name) }));
  return { contract, contractDigest: digestOf(source.text), files: await digested(named) };
}

/** Configuration, locks and data of a model; undefined when it has no contract. Everything wrong is a coded error. */
async function jobOfModel(model: string, options: ValidateOptions, io: Io): Promise<Job | undefined> {
  const places = placesOf(options, io);
  await readMergewayConfig(io.cwd);
  const config = await readModelConfig(io.cwd, model);
  // What its features name must be there; the label tables are held against the contract as they are.
  await modelFeatures(folderPlace({ root: io.cwd }).files, config);
  const locked = [];
  for (const path of config.inputs.data) {
    locked.push(await openLock(await readSource(io.cwd, path), places));
  }
  if (!config.gates.data) return undefined;

  const source = await readSource(io.cwd, config.gates.data.contract);
  const files = locked.map(({ lock, file }) => ({ name: lock.uri, path: file }));
  return {
    contract: parseContract(source),
    contractDigest: digestOf(source.text),
    files: await digested(files),
    config,
  };
}

async function digested(
  files: readonly { readonly name: string; readonly path: string }[],
): Promise<DataFile[]> {
  const found: DataFile[] = [];
  for (const { name, path } of files) {
    const digest = await digestOfFile(path).catch((cause) => {
      throw new MergewayError('MW_DATA_MISSING', `${name} can not be read`, { cause });
    });
    found.push({ name, path, digest });
  }
  return found;
}

async function validateFiles({ contract, files, config }: Job, object: string | undefined): Promise<Checked> {
  const described = objectOf(contract, object);
  const table = await duckdbTable().open(files.map(({ path }) => path));
  try {
    if (config) requireModelColumns(config, described, table.columns);
    const format = files[0]?.path.toLowerCase().endsWith('.csv') ? 'csv' : 'parquet';
    return {
      validation: await validateTable(table, described, format),
      stranger: strangerTo(described.properties.map(columnOf), table.columns),
    };
  } finally {
    await table.close();
  }
}

/** Twenty columns that are missing are one mistake: it is another file. */
function strangerTo(promised: readonly string[], columns: readonly Column[]): string | undefined {
  const known = new Set(columns.map(({ name }) => name));
  if (promised.length === 0 || promised.some((name) => known.has(name))) return undefined;
  return `none of the contract's ${counted(promised.length, 'column')} is in this file`;
}

function evidenceOf({ contract, contractDigest, files }: Job, validation: Validation): Uint8Array {
  const digest = dataDigest(files.map((file) => file.digest));
  const name = files
    .map((file) => file.name)
    .join(', ')
    .slice(0, 200);
  return serialize(
    statement(
      validationEvidence,
      { name, digest },
      {
        mergeway: VERSION,
        contract: { id: contract.id, version: contract.version, digest: contractDigest },
        rows: validation.rows,
        verdict: validation.verdict,
        rules: [...validation.rules],
      },
    ),
  );
}

function nothingToCheck(model: string | undefined): Outcome {
  return {
    exit: 0,
    json: { verdict: 'skipped', rules: [] },
    text: `skipped: configuration and locks of ${model} are fine; it names no contract (gates.data.contract)`,
    outputs: { verdict: 'skipped' },
  };
}
