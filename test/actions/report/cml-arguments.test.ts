import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cmlArguments } from '../../../actions/report/cml-arguments.ts';

const PLAIN = { file: 'report.md', number: undefined, title: '', updates: false, isMarked: true };

for (const { words, env = {}, expected } of [
  { words: 'comment create report.md', expected: PLAIN },
  { words: 'comment update report.md', expected: { ...PLAIN, updates: true } },
  { words: 'comment create --update report.md', expected: { ...PLAIN, updates: true } },
  { words: 'comment create --target=pr/12 report.md', expected: { ...PLAIN, number: 12 } },
  { words: 'comment create --target issue/7 report.md', expected: { ...PLAIN, number: 7 } },
  { words: 'comment create --pr report.md', expected: PLAIN },
  { words: 'comment create --publish=false report.md', expected: PLAIN },
  { words: 'comment create --rm-watermark report.md', expected: { ...PLAIN, isMarked: false } },
  { words: 'comment update', expected: { ...PLAIN, file: undefined, updates: true } },
  {
    words: 'comment update --watermark-title={workflow}:{run}:{run} report.md',
    env: { GITHUB_WORKFLOW: 'train', GITHUB_RUN_ID: '9' },
    expected: { ...PLAIN, updates: true, title: 'train:9:9' },
  },
  {
    words: 'comment create report.md',
    env: { CML_COMMENT_TARGET: 'pr/3', CML_COMMENT_UPDATE: 'true' },
    expected: { ...PLAIN, number: 3, updates: true },
  },
  {
    words: 'comment create --target=pr/4 report.md',
    env: { CML_COMMENT_TARGET: 'pr/3' },
    expected: { ...PLAIN, number: 4 },
  },
]) {
  test(`cml ${words} ${Object.keys(env).join(' ')}`, () => {
    assert.deepEqual(cmlArguments(words.split(' '), { env }), expected);
  });
}

for (const { words, message } of [
  { words: 'send report.md', message: /takes `comment create` or `comment update`, got "send report\.md"/ },
  {
    words: 'comment create --publish report.md',
    message: /--publish: Mergeway uploads no images: .* link images/,
  },
  { words: 'comment create --publish-url=x report.md', message: /--publish-url: Mergeway uploads no images/ },
  { words: 'comment create --native report.md', message: /--native: / },
  { words: 'comment create --watch report.md', message: /--watch: run the command again/ },
  { words: 'comment create --token=s3cret report.md', message: /--token: hand it over in GITHUB_TOKEN/ },
  { words: 'comment create --head-sha=abc report.md', message: /--head-sha: .*--target=pr\/<number>/ },
  { words: 'comment create --target=commit/abc report.md', message: /--target=commit\/abc: .*--target=pr/ },
  { words: 'comment create --target=pr/x report.md', message: /--target is pr, pr\/<number> or issue/ },
  { words: 'comment update --rm-watermark report.md', message: /--rm-watermark: .* drop one/ },
  {
    words: 'comment create --driver=gitlab report.md',
    message: /--driver=gitlab: Mergeway comments on GitHub/,
  },
  {
    words: 'comment create --watermark-tilte=x report.md',
    message: /no --watermark-tilte; did you mean `--watermark-title`/,
  },
  { words: 'comment create a.md b.md', message: /takes one Markdown file, got 2/ },
]) {
  test(`cml ${words} is refused by name, with a way out`, () => {
    assert.throws(
      () => cmlArguments(words.split(' '), { env: {} }),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'MW_USAGE');
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      },
    );
  });
}
