/**
 * The process behind `mergeway`: arguments, streams and signals in, exit code out. What Node compiled is kept beside the code and
 * not in the shared temporary folder: there another user's job could leave code for this one.
 */

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** A command that can't be interrupted, or a server that can't finish its requests, ends after this, in milliseconds. */
const GRACE_MS = 25_000;
/** A terminal and the launcher may both bring the same interruption; a second one that people mean comes later, in milliseconds. */
const ECHO_MS = 1000;

enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/mergeway'));

const interruption = new AbortController();
let interruptedAt: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);

/** A reader such as `head` that goes away is no error: the command still ends with its own exit code. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') process.exit(4);
  });
}

const { commands } = await import('./commands.ts');
const { runCommandLine } = await import('./run.ts');
const { workflowOf } = await import('./workflow.ts');

const out = (text: string) => process.stdout.write(text);
process.exitCode = await runCommandLine(commands, process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  out,
  err: (text) => process.stderr.write(text),
  now: Date.now,
  signal: interruption.signal,
  workflow: workflowOf(process.env, out),
});

function interrupt(): void {
  if (interruptedAt === undefined) {
    interruptedAt = Date.now();
    interruption.abort();
    setTimeout(() => process.exit(4), GRACE_MS).unref();
  } else if (Date.now() - interruptedAt > ECHO_MS) {
    process.exit(4);
  }
}
