/** The process behind `mergeway`: arguments, streams and signals in, exit code out. */

import { commands } from './commands.ts';
import { runCommandLine } from './run.ts';

/** A command that can't be interrupted, or a server that can't finish its requests, ends after this, in milliseconds. */
const GRACE_MS = 25_000;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interruption.abort();
    setTimeout(() => process.exit(4), GRACE_MS).unref();
  });
}
/** A reader such as `head` that goes away is no error. */
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runCommandLine(commands, process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  now: Date.now,
  signal: interruption.signal,
});
