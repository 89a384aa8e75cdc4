import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteSize, bytesOf } from '#core/config/byte-size.ts';
import { Rate, ratePerSecond } from '#core/config/rate.ts';

for (const { text, perSecond } of [
  { text: '200/s', perSecond: 200 },
  { text: '0.5/s', perSecond: 0.5 },
  { text: '30/min', perSecond: 0.5 },
]) {
  test(`a rate of ${text} is ${perSecond} a second`, () => {
    assert.ok(Rate.safeParse(text).success);
    assert.equal(ratePerSecond(text), perSecond);
  });
}

for (const { text, bytes } of [
  { text: '800B', bytes: 800 },
  { text: '50MB', bytes: 50_000_000 },
  { text: '1.5GiB', bytes: 1_610_612_736 },
]) {
  test(`a size of ${text} is ${bytes} bytes`, () => {
    assert.ok(ByteSize.safeParse(text).success);
    assert.equal(bytesOf(text), bytes);
  });
}

for (const text of ['0/s', '200', '200/h', '-1/s', '1e3/s']) {
  test(`${JSON.stringify(text)} is no rate`, () => assert.ok(!Rate.safeParse(text).success));
}

for (const text of ['0MB', '50', '50mb', '-1MB', '1e3MB']) {
  test(`${JSON.stringify(text)} is no size`, () => assert.ok(!ByteSize.safeParse(text).success));
}
