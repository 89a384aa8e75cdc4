/**
 * Micro-batches: the requests that arrived in one turn of the event loop run as one batch per model and shape. Nobody waits for a
 * timer; batches grow with load by themselves. A batch that fails is run again request by request, so that a poison row fails alone.
 *
 * A free first dimension does not promise independent rows (a model may subtract the batch's mean). So a model's first batches are
 * compared with single runs, and a model that answers differently is never batched again.
 */

import { MergewayError } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { LoadedModel } from '#core/ports/model-backend.ts';
import { agree } from './agree.ts';
import { rowsOf, shapeKey, stack, type Tensors, takesBatches, unstack } from './stack.ts';

/** Requests that may wait; more are refused at once instead of becoming seconds of latency. */
const LONGEST_QUEUE = 4096;
/** Rows per batch; requests are never split. */
const MOST_ROWS = 64;
/** Batches that must agree with single runs before a model is trusted. */
const TRIALS = 4;
const NEVER = Number.NEGATIVE_INFINITY;

interface Answer {
  readonly outputs: Tensors;
  /**
   * What the request cost, ms: waiting for its turn, and its own batch. The other batches of the turn are not charged, since the
   * champion's are the larger ones and would make the canary look slow. Of a model that computes in this thread a batch costs
   * processor time: when the machine stands still, that is nobody's fault, and a whole batch of one arm would count as slow.
   */
  readonly chargedMs: number;
}

interface Job {
  readonly model: LoadedModel;
  readonly inputs: Tensors;
  readonly queuedAt: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Of one model and one shape. */
type Batch = readonly [Job, ...Job[]];

interface Computed {
  /** Outputs or error of every job. */
  readonly results: readonly (Tensors | Error)[];
  readonly ownMs: number;
}

export interface Batcher {
  /** Runs the model on these inputs, possibly together with others'. MW_INFERENCE_FAILED, MW_SERVER_OVERLOADED. */
  run(model: LoadedModel, inputs: Tensors): Promise<Answer>;
}

/** One executor: at most one batch runs at a time. `clock` is monotonic; `processor` is the processor time of this thread, ms. */
export function createBatcher(clock: Clock, processor: Clock = clock): Batcher {
  let queue: Job[] = [];
  let running = false;
  const trials = new WeakMap<LoadedModel, number>();

  function run(model: LoadedModel, inputs: Tensors): Promise<Answer> {
    if (queue.length >= LONGEST_QUEUE) {
      throw new MergewayError('MW_SERVER_OVERLOADED', `${LONGEST_QUEUE} requests wait already`);
    }
    return new Promise((resolve, reject) => {
      queue.push({ model, inputs, queuedAt: clock.now(), resolve, reject });
      if (running) return;
      running = true;
      setImmediate(drain);
    });
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const turn = queue;
      queue = [];
      const startedAt = clock.now();
      for (const batch of batches(turn)) await runBatch(batch, startedAt);
    }
    running = false;
  }

  async function runBatch(batch: Batch, turnAt: number): Promise<void> {
    const { results, ownMs } = await compute(batch);
    for (const [index, job] of batch.entries()) {
      const result = results[index];
      if (result === undefined || result instanceof Error) job.reject(result);
      else job.resolve({ outputs: result, chargedMs: turnAt - job.queuedAt + ownMs });
    }
  }

  async function compute(batch: Batch): Promise<Computed> {
    const [{ model }] = batch;
    const watch = model.computesInThread ? processor : clock;
    const startedAt = watch.now();
    const together = batch.length > 1 ? await asOne(model, batch) : 'failed';
    const ownMs = watch.now() - startedAt;
    const trial = trials.get(model) ?? 0;
    if (typeof together === 'object' && trial >= TRIALS) return { results: together, ownMs };

    const results = await singly(batch);
    if (together === 'failed') return { results, ownMs: watch.now() - startedAt };
    const trusted = together !== 'inseparable' && agree(together, results);
    trials.set(model, trusted ? trial + 1 : NEVER);
    // A trial's second run is our check, not the model's cost: a canary, always the newer one, would look slow.
    return { results, ownMs };
  }

  function batches(turn: readonly Job[]): Iterable<Batch> {
    const open = new Map<LoadedModel, Map<string, { jobs: [Job, ...Job[]]; rows: number }>>();
    const done: Batch[] = [];
    for (const job of turn) {
      const rows = mayBatch(job.model) ? rowsOf(job.inputs) : undefined;
      if (rows === undefined) {
        done.push([job]);
        continue;
      }
      const byShape = open.get(job.model) ?? new Map();
      open.set(job.model, byShape);
      const key = shapeKey(job.inputs);
      const batch = byShape.get(key);
      if (batch && batch.rows + rows <= MOST_ROWS) {
        batch.jobs.push(job);
        batch.rows += rows;
        continue;
      }
      const jobs: [Job, ...Job[]] = [job];
      byShape.set(key, { jobs, rows });
      done.push(jobs);
    }
    return done;
  }

  function mayBatch(model: LoadedModel): boolean {
    return takesBatches(model) && (trials.get(model) ?? 0) >= 0;
  }

  return { run };
}

async function asOne(
  model: LoadedModel,
  batch: readonly Job[],
): Promise<readonly Tensors[] | 'failed' | 'inseparable'> {
  const rows = batch.map(({ inputs }) => rowsOf(inputs) ?? 0);
  try {
    const outputs = await model.infer(stack(batch.map(({ inputs }) => inputs)));
    return unstack(outputs, rows) ?? 'inseparable';
  } catch {
    return 'failed';
  }
}

async function singly(batch: readonly Job[]): Promise<readonly (Tensors | Error)[]> {
  const results: (Tensors | Error)[] = [];
  for (const { model, inputs } of batch) {
    try {
      results.push(await model.infer(inputs));
    } catch (error) {
      results.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return results;
}
