// actions/setup-node: the Node that runs the stand-in is on every job's PATH already; this only names it.
import { dirname } from 'node:path';
import type { Builtin } from './builtin.ts';

export const setupNode: Builtin = async ({ session, log }) => {
  session.path.unshift(dirname(process.execPath));
  log.write(`Using Node ${process.version}`);
  return { 'node-version': process.version, 'cache-hit': 'false' };
};
