import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryClock } from '#adapters/memory/clock.ts';
import { memoryTraffic } from '#adapters/memory/traffic.ts';
import { digestOf } from '#core/digest.ts';
import { ABSENT, trafficContract } from '#test/contracts/traffic.ts';

const ZERO = { units: 0, errors: 0, slow: 0 };

trafficContract('traffic in memory', () => {
  const clock = memoryClock();
  const traffic = memoryTraffic(clock);
  traffic.refuseDigest(ABSENT, 'it is not in the store');
  return {
    traffic,
    champion: digestOf('champion'),
    canary: digestOf('canary'),
    unservable: ABSENT,
    settings: digestOf('settings'),
    async send(model, requests) {
      traffic.setCounts(model, { champion: ZERO, canary: { units: requests, errors: 0, slow: 0 } });
    },
    advance: clock.advance,
  };
});

test('a serving target that is down is unreachable for every call', async () => {
  const traffic = memoryTraffic(memoryClock());
  traffic.unreachable = true;

  const unreachable = { code: 'MW_TRAFFIC_UNREACHABLE' };

  await assert.rejects(traffic.read('credit'), unreachable);
  await assert.rejects(traffic.renew('credit', 'r/0/0', 1000), unreachable);
  await assert.rejects(
    traffic.apply('credit', { champion: digestOf('champion'), championVersion: 'v1' }),
    unreachable,
  );
});
