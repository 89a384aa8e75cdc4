#!/usr/bin/env node
/**
 * The launcher behind `mergeway`: plain JavaScript that any Node runs. It goes on in this very process where that is Node 24, else
 * it finds one (beside itself in node_modules, else on PATH). What it starts is the bundle of a package, or cli/main.ts of a checkout.
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED_MAJOR = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const bundle = join(root, 'dist/main.js');
const entry = existsSync(bundle) ? bundle : join(root, 'cli/main.ts');

if (major(process.version) >= NEEDED_MAJOR) await import(pathToFileURL(entry).href);
else startElsewhere(findNode());

function findNode() {
  const places = [
    join(root, 'node_modules/.bin'),
    join(root, '../.bin'),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return places.map((place) => join(place, 'node')).find(isNewEnough);
}

function isNewEnough(path) {
  if (!existsSync(path)) return false;
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return major(stdout ?? '') >= NEEDED_MAJOR;
}

function major(version) {
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
}

/** Hands over arguments, streams, signals and the way it ended. */
function startElsewhere(executable) {
  if (!executable) {
    process.stderr.write(
      `MW_USAGE Mergeway needs Node ${NEEDED_MAJOR} or newer, this is ${process.version}\nInstall Node ${NEEDED_MAJOR}, or run \`npm ci\` in ${root}, which brings one along on Linux.\n`,
    );
    process.exitCode = 2;
    return;
  }
  const child = spawn(executable, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`MW_USAGE ${executable} could not be started: ${error.message}\n`);
    process.exitCode = 4;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
