/** One connection over which inference requests go one after the other. */

import { once } from 'node:events';
import { Agent, request } from 'node:http';

export interface Connection {
  /** Sends a request and waits for its whole answer; anything but 200 is an error. */
  infer(body: string): Promise<void>;
  close(): void;
}

export function connectionTo(url: string, model: string): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async infer(body) {
      const sent = request(`${url}/v2/models/${model}/infer`, { method: 'POST', agent });
      sent.end(body);
      const [answer] = await once(sent, 'response');
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text}`);
    },
    close: () => agent.destroy(),
  };
}
