/** What new training data and a new holdout break: rules of the contract, and the rule that they are apart. */

import type { ModelConfig } from '../config/model.ts';
import type { Table } from '../ports/table.ts';
import { type BrokenRule, whatIsNotApart } from './apart.ts';
import { contractCheck } from './contract-check.ts';
import type { ModelLocks, ReadText } from './model-locks.ts';
import type { Breach } from './quarantine.ts';
import type { Snapshot } from './snapshot.ts';

/** The snapshots that break a rule. Sources of features have no contract of their own. */
export async function breachesOf(
  ports: { readonly table: Table; readonly readText: ReadText },
  config: ModelConfig,
  { snapshots, fixed }: { readonly snapshots: readonly Snapshot[]; readonly fixed: ModelLocks['fixed'] },
): Promise<readonly Breach[]> {
  const check = await contractCheck(config, ports);
  const training = snapshots.filter(({ lock }) => lock.part === 'training');
  const holdouts = snapshots.filter(({ lock }) => lock.part === 'holdout');
  const trained = await check.broken(
    training.map(({ draft }) => draft.path),
    fixed.length > 0 ? 'piece of training' : 'training',
  );
  const apart: BrokenRule[] = [];
  for (const holdout of holdouts) {
    apart.push(...(await whatIsNotApart(ports.table, { config, training, holdout })));
  }

  const breaches: Breach[] = training.map((snapshot) => ({ snapshot, contract: trained, apart: [] }));
  for (const snapshot of holdouts) {
    breaches.push({ snapshot, contract: await check.broken([snapshot.draft.path], 'holdout'), apart: [] });
  }
  return breaches
    .map((breach) => ({
      ...breach,
      apart: apart.filter(({ lock }) => lock === breach.snapshot.lock.file.path),
    }))
    .filter(({ contract, apart: own }) => contract.length + own.length > 0);
}
