/** `ModelServer` for tests: requests are answered by a function; what was asked and whether it was stopped can be read. */

import { MergewayError } from '#core/errors.ts';
import type { ModelServer } from '#core/ports/model-server.ts';

export interface MemoryModelServer extends ModelServer {
  /** Servers that were started and not stopped. */
  readonly running: number;
  /** Requests by the name of their model. */
  readonly requests: ReadonlyMap<string, number>;
}

/** `answer` may wait or throw; the bytes `broken` are no model. */
export function memoryModelServer(
  answer: (model: string, body: string) => Promise<void> = async () => {},
): MemoryModelServer {
  const requests = new Map<string, number>();
  let running = 0;
  return {
    requests,
    get running() {
      return running;
    },
    async start(models) {
      const broken = Object.entries(models).find(([, bytes]) => new TextDecoder().decode(bytes) === 'broken');
      if (broken) throw new MergewayError('MW_MEASUREMENT_FAILED', `${broken[0]} can not be served`);
      running++;
      return {
        async infer(model, body) {
          if (!models[model]) throw new MergewayError('MW_MEASUREMENT_FAILED', `there is no model ${model}`);
          requests.set(model, (requests.get(model) ?? 0) + 1);
          await answer(model, body);
        },
        async stop() {
          running--;
        },
      };
    },
  };
}
