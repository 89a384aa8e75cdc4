// The token by which artifact clients say which job they are: a JWT whose `scp` claim names run and job.
import { createHmac, randomBytes } from 'node:crypto';
import type { Job } from '../model.ts';

const key = randomBytes(32);

export function runtimeToken(job: Job): string {
  const scp = `Actions.GenericRead:00000000 Actions.Results:${job.run.id}:${job.id}`;
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const body = encode({ scp, exp: Math.floor(Date.now() / 1000) + 6 * 3600 });
  return `${head}.${body}.${sign(`${head}.${body}`)}`;
}

/** The run and job of a token that `runtimeToken` made, or undefined. */
export function readRuntimeToken(token: string): { run: number; job: number } | undefined {
  const [head = '', body = '', signature = ''] = token.split('.');
  if (sign(`${head}.${body}`) !== signature) return undefined;
  const { scp } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { scp: string };
  const [, run, job] = /Actions\.Results:(\d+):(\d+)/.exec(scp) ?? [];
  return run && job ? { run: Number(run), job: Number(job) } : undefined;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
