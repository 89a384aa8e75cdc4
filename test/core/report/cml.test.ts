import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localImages, watermarkEnd, withWatermark } from '#core/report/cml.ts';

// As CML 0.20.6 writes it.
for (const { title, mark } of [
  { title: '', mark: '![](https://cml.dev/watermark.png#abc123 "CML watermark")' },
  { title: 'training', mark: '![](https://cml.dev/watermark.png#abc123 "CML watermark training")' },
  { title: 'my_model', mark: '![](https://cml.dev/watermark.png#abc123 "CML watermark my\\_model")' },
]) {
  test(`the watermark of ${JSON.stringify(title)} is the one that CML looks for`, () => {
    const text = withWatermark('# Report', { sha: 'abc123', title });

    assert.equal(text, `# Report\n\n${mark}`);
    assert.ok(text.endsWith(watermarkEnd(title)));
  });
}

test('a title that only begins alike is another comment', () => {
  const other = withWatermark('x', { sha: 'abc123', title: 'training two' });

  assert.ok(!other.includes(watermarkEnd('training')));
});

test('a text that GitHub would refuse is shortened visibly, and keeps its watermark', () => {
  const text = withWatermark('a line\n'.repeat(20_000), { sha: 'abc123', title: '' });

  assert.ok(text.length <= 65_536);
  assert.match(
    text,
    /a line\n\n\*Shortened: .*\*\n\n!\[\]\(https:\/\/cml\.dev\/watermark\.png#abc123 "CML watermark"\)$/,
  );
});

test('images without an address are named', () => {
  const text =
    '![a](plot.png) ![b](https://x.example/b.png) ![c](data:image/png;base64,AAAA "c") ![d](./d.svg "t")';

  assert.deepEqual(localImages(text), ['plot.png', 'data:image/png;base64,AAAA', './d.svg']);
});

test('a megabyte of images that never begin takes no time', () => {
  const started = performance.now();

  assert.deepEqual(localImages('!['.repeat(500_000)), []);

  assert.ok(performance.now() - started < 5000);
});
