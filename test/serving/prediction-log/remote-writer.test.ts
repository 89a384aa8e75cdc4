import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { logCounts } from '#serving/prediction-log/counts.ts';
import { layoutLine } from '#serving/prediction-log/log-file.ts';
import { remoteLogWriter } from '#serving/prediction-log/remote-writer.ts';
import { temporaryFolder } from '#test/support/folder.ts';

const FLIGHTS = { kind: 'predictions', model: 'flights' } as const;

test('a thread whose part store does not answer can be left: it writes no more, and whoever waits for it is told', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const s3 = { endpoint: `http://127.0.0.1:${port}`, bucket: 'b', prefix: '', region: 'r' };
  const writer = remoteLogWriter(
    {
      folder: await temporaryFolder(t),
      parts: { s3: { ...s3, accessKeyId: 'a', secretAccessKey: 'b' } },
      everyMs: 60_000,
    },
    { log: () => undefined, counts: logCounts() },
  );
  await writer.start();
  await writer.append(FLIGHTS, `${layoutLine(0, [['score', 'DOUBLE']])}[0,1,0.5]\n`);
  const [connection, closing] = [once(silent, 'connection'), assert.rejects(writer.close([]), /has ended/)];
  const [socket] = await connection;
  t.after(() => socket.destroy());

  await writer.abandon();

  await closing;
  await assert.rejects(writer.append(FLIGHTS, ''), { code: 'MW_PART_STORE' });
});
