/** New training data and holdout against the model's contract, before anything points at them. */

import type { ModelConfig } from '../config/model.ts';
import { requireModelColumns } from '../contract/model-columns.ts';
import { type ContractObject, parseContract } from '../contract/odcs.ts';
import { objectOf, type RuleOutcome, validateTable } from '../contract/validate.ts';
import { MergewayError } from '../errors.ts';
import type { Table } from '../ports/table.ts';
import type { ReadText } from './model-locks.ts';

/** A promise about the training data as a whole, which neither a piece of it nor a holdout gives. */
const OF_THE_WHOLE = 'rowCount';

type Tables = 'training' | 'piece of training' | 'holdout';

export interface ContractCheck {
  /** Rules of severity `error` that files, read as one table, break. What can't be told is left to the data gate. */
  broken(paths: readonly string[], what: Tables): Promise<readonly RuleOutcome[]>;
}

/** The check by `gates.data.contract`; without one there is nothing to break. MW_CONFIG_MISSING, MW_CONFIG_INVALID. */
export async function contractCheck(
  config: ModelConfig,
  { table, readText }: { readonly table: Table; readonly readText: ReadText },
): Promise<ContractCheck> {
  const path = config.gates.data?.contract;
  if (path === undefined) return { broken: async () => [] };
  const text = await readText(path);
  if (text === undefined) throw new MergewayError('MW_CONFIG_MISSING', `${path} does not exist`);
  const contract: ContractObject = objectOf(parseContract({ path, text }), undefined);

  return {
    async broken(paths, what) {
      const opened = await table.open(paths);
      try {
        if (what !== 'holdout') requireModelColumns(config, contract, opened.columns);
        const { rules } = await validateTable(opened, contract, 'parquet');
        return rules
          .filter(({ verdict, severity }) => verdict === 'fail' && severity === 'error')
          .filter(({ rule }) => what === 'training' || rule !== OF_THE_WHOLE);
      } finally {
        await opened.close();
      }
    },
  };
}
