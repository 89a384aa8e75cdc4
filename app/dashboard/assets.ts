/** The few files that pages load: ours from this folder, the chart library from its package. Read once, at the start. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const UPLOT = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');

const ASSETS = [
  { url: '/assets/style.css', file: join(import.meta.dirname, 'style.css'), type: 'text/css' },
  { url: '/assets/charts.js', file: join(import.meta.dirname, 'charts.js'), type: 'text/javascript' },
  { url: '/assets/live.js', file: join(import.meta.dirname, 'live.js'), type: 'text/javascript' },
  { url: '/assets/monitor.js', file: join(import.meta.dirname, 'monitor.js'), type: 'text/javascript' },
  { url: '/assets/uplot.css', file: join(UPLOT, 'uPlot.min.css'), type: 'text/css' },
  { url: '/assets/uplot.js', file: join(UPLOT, 'uPlot.iife.min.js'), type: 'text/javascript' },
] as const;

export function assetRoutes(server: FastifyInstance): void {
  for (const { url, file, type } of ASSETS) {
    const content = readFileSync(file, 'utf8');
    server.get(url, async (_request, reply) => reply.type(`${type}; charset=utf-8`).send(content));
  }
}
