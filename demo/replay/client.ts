/** What the replay says to the model server: predictions by entity keys, and later what came true. */

import { Agent, request } from 'node:http';
import type { Cell } from '#core/ports/table.ts';
import type { Flight } from './timeline.ts';

const CONNECTIONS = 16;

interface Prediction {
  /** Undefined where the server logged nothing or refused. */
  readonly id: string | undefined;
  readonly version: string;
  readonly ok: boolean;
}

export interface Label {
  readonly id: string;
  readonly late: number;
  /** When it landed, ms since 1970. */
  readonly at: number;
}

export interface ServingClient {
  /** Asks for a flight, at the time of its departure. */
  predict(flight: Flight): Promise<Prediction>;
  /** Tells labels; whether they were taken. */
  tell(labels: readonly Label[]): Promise<boolean>;
}

interface Input {
  readonly name: string;
  readonly datatype: string;
}

/** A client of one model. Inputs that a flight's schedule does not have are left to the feature service. */
export async function servingClient(url: string, model: string): Promise<ServingClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const metadata = await fetch(new URL(`/v2/models/${model}`, url));
  const { inputs } = (await metadata.json()) as { readonly inputs: readonly Input[] };

  return {
    async predict(flight) {
      const answer = await post(`/v2/models/${model}/infer`, {
        parameters: { event_timestamp: new Date(flight.departs).toISOString() },
        inputs: inputs
          .filter(({ name }) => Object.hasOwn(flight.columns, name))
          .map(({ name, datatype }) => ({
            name,
            datatype,
            shape: [1, 1],
            data: [asInput(flight.columns[name] ?? null, datatype)],
          })),
      });
      return {
        id: answer.headers['x-mergeway-prediction-id'],
        version: answer.headers['x-mergeway-version'] ?? 'none',
        ok: answer.status === 200,
      };
    },
    async tell(labels) {
      const answer = await post(
        `/v2/models/${model}/feedback`,
        labels.map(({ id, late, at }) => ({
          prediction_id: id,
          label: late,
          time: new Date(at).toISOString(),
        })),
      );
      return answer.status === 202;
    },
  };

  function post(path: string, content: unknown): Promise<Answer> {
    const body = Buffer.from(JSON.stringify(content));
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, url), {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': body.byteLength },
      });
      call.on('response', (response) => {
        response.resume();
        response.on('close', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Readonly<Record<string, string | undefined>>,
          }),
        );
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

function asInput(cell: Cell, datatype: string): Cell {
  return datatype === 'BYTES' ? String(cell ?? '') : Number(cell);
}
