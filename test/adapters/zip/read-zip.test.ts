import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { readZip } from '#adapters/zip/read-zip.ts';

const MAX = { maxBytes: 10_000_000 };
const text = (content: string) => new TextEncoder().encode(content);

test('stored and deflated files come back by name, folders do not', () => {
  const zip = zipSync({
    'evaluation.json': [text('{"a":1}'.repeat(100)), { level: 9 }],
    'model.onnx': [text('weights'), { level: 0 }],
    sub: { 'more.txt': text('more'), empty: text('') },
    'folder/': text(''),
  });

  const files = readZip(zip, MAX);

  assert.deepEqual(
    [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
    [
      ['evaluation.json', '{"a":1}'.repeat(100)],
      ['model.onnx', 'weights'],
      ['sub/more.txt', 'more'],
      ['sub/empty', ''],
    ],
  );
});

test('only the named files are unpacked', () => {
  const zip = zipSync({ 'evaluation.json': text('{}'), 'other.bin': text('x') });

  const files = readZip(zip, { ...MAX, names: ['evaluation.json', 'absent.json'] });

  assert.deepEqual([...files.keys()], ['evaluation.json']);
});

for (const name of [
  '../evil',
  'a/../../evil',
  '/etc/passwd',
  'C:/evil',
  'a\\b',
  './a',
  'a//b',
  'a/..',
  'a\u0000b',
  'x'.repeat(501),
]) {
  test(`the name ${JSON.stringify(name).slice(0, 30)} is refused, whatever else is asked for`, () => {
    const zip = zipSync({ 'evaluation.json': text('{}'), [name]: text('x') });

    assert.throws(() => readZip(zip, { ...MAX, names: ['evaluation.json'] }), { code: 'MW_ZIP_REFUSED' });
  });
}

test('symbolic links and devices are refused', () => {
  for (const mode of [0o120777, 0o020666, 0o010644]) {
    const zip = zipSync({ link: [text('/etc/passwd'), { os: 3, attrs: (mode << 16) >>> 0 }] });

    assert.throws(() => readZip(zip, MAX), { code: 'MW_ZIP_REFUSED', message: /link is a link or a device/ });
  }
});

test('more bytes or entries than allowed are refused before anything is inflated', () => {
  const zip = zipSync({ a: new Uint8Array(600), b: new Uint8Array(600) });

  assert.throws(() => readZip(zip, { maxBytes: 1000 }), {
    code: 'MW_ARTIFACT_TOO_LARGE',
    message: /1200.*1000/,
  });
  assert.throws(() => readZip(zip, { ...MAX, maxEntries: 1 }), {
    code: 'MW_ZIP_REFUSED',
    message: /2 entries/,
  });
});

test('a bomb is refused by its ratio', () => {
  const zip = zipSync({ bomb: new Uint8Array(5_000_000) });

  assert.throws(() => readZip(zip, MAX), { code: 'MW_ZIP_REFUSED', message: /more than 300:1/ });
});

test('an entry that inflates to more than it says is stopped there', () => {
  const zip = zipSync({ liar: [text('x'.repeat(50_000)), { level: 9 }] });
  patchDirectory(zip, 24, 10);

  assert.throws(() => readZip(zip, MAX), { code: 'MW_ZIP_REFUSED', message: /does not unpack/ });
});

test('bytes that do not have the checksum of their entry are refused', () => {
  const zip = zipSync({ file: [text('honest content'), { level: 0 }] });
  const at = Buffer.from(zip).indexOf('honest');
  zip[at] = 0x48;

  assert.throws(() => readZip(zip, MAX), { code: 'MW_ZIP_REFUSED' });
});

for (const { name, offset, value, reason } of [
  { name: 'an encrypted entry', offset: 8, value: 1, reason: /encrypted/ },
  { name: 'another packing method', offset: 10, value: 14, reason: /method 14/ },
  { name: 'an entry beyond the archive', offset: 20, value: 60_000, reason: /beyond/ },
  { name: 'a header that is elsewhere', offset: 42, value: 7, reason: /no header/ },
]) {
  test(`${name} is refused`, () => {
    const zip = zipSync({ file: [text('content'), { level: 0 }] });
    patchDirectory(zip, offset, value);

    assert.throws(() => readZip(zip, MAX), { code: 'MW_ZIP_REFUSED', message: reason });
  });
}

test('a name twice, and a name that differs from its own header, are refused', () => {
  const twice = zipSync({ aa: text('1'), bb: text('2') });
  rename(twice, 'bb', 'aa');
  const differs = zipSync({ 'model.onnx': text('1') });
  differs[30] = 0x4d;

  assert.throws(() => readZip(twice, MAX), { code: 'MW_ZIP_REFUSED', message: /twice/ });
  assert.throws(() => readZip(differs, MAX), { code: 'MW_ZIP_REFUSED', message: /another name/ });
});

test('an entry hidden in the bytes of another is refused', () => {
  const hidden = zipSync({ inner: [text('x'), { level: 0 }] });
  const zip = zipSync({ outer: [hidden, { level: 0 }], inner: [text('x'), { level: 0 }] });
  const second = Buffer.from(zip).lastIndexOf('PK\u0001\u0002', undefined, 'latin1');
  viewOf(zip).setUint32(second + 42, Buffer.from(zip).indexOf(Buffer.from(hidden)), true);

  assert.throws(() => readZip(zip, MAX), { code: 'MW_ZIP_REFUSED', message: /shares bytes/ });
});

test('no prefix of an archive is read as one, and no change of a byte crashes', () => {
  const zip = zipSync({ 'a.txt': text('some content'), 'b/c.txt': text('more content') });

  for (let length = 0; length < zip.length; length++) {
    assert.throws(() => readZip(zip.subarray(0, length), MAX), { code: 'MW_ZIP_REFUSED' });
  }
  for (let at = 0; at < zip.length; at++) {
    const changed = zip.slice();
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    try {
      readZip(changed, MAX);
    } catch (error) {
      assert.match(
        (error as { code?: string }).code ?? String(error),
        /^MW_(ZIP_REFUSED|ARTIFACT_TOO_LARGE)$/,
      );
    }
  }
});

/** Sets a field of the first entry in the central directory. */
function patchDirectory(zip: Uint8Array, offset: number, value: number): void {
  const at = Buffer.from(zip).indexOf('PK\u0001\u0002', undefined, 'latin1');
  if (offset === 8 || offset === 10) viewOf(zip).setUint16(at + offset, value, true);
  else viewOf(zip).setUint32(at + offset, value, true);
}

function rename(zip: Uint8Array, from: string, to: string): void {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at);
}

function viewOf(zip: Uint8Array): DataView {
  return new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
}
