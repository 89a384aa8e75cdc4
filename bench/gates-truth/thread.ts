/** A thread that runs one simulation: lines of progress, then its rows, as messages. */

import { parentPort, workerData } from 'node:worker_threads';
import { simulated } from './simulated.ts';

const rows = await simulated[String(workerData)]?.((line) => parentPort?.postMessage(line));
if (rows) parentPort?.postMessage(rows);
