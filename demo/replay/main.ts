/**
 * June, at high speed: a process of its own that lives through the replay in the order of its own time. Feature rows are pushed into the
 * online store when they are known, each flight is asked for at its departure, its label is told when it lands, and a part of a data
 * set is laid into the data store when its last day is over. Nobody here knows of alarms or pull requests.
 *
 * A line on standard input, `<instant> <flights per second>`, lets time go on until then; a line of JSON says that it came there.
 * Usage: node demo/replay/main.ts <serving url> <model> <replay folder> <definitions> <service> <online store> <data store>
 */

import { copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { lmdbOnlineStore } from '#adapters/lmdb/online-store.ts';
import { parseFeatureDefinitions } from '#core/config/load.ts';
import { onlineView } from '#core/features/online-view.ts';
import { serviceOf } from '#core/features/service.ts';
import { type Label, servingClient } from './client.ts';
import { type ArrivingPart, type Flight, readTimeline } from './timeline.ts';

/** Asked for at one time. */
const CONCURRENT = 16;
/** Labels in one call. */
const MOST_LABELS = 500;

await main(process.argv.slice(2));

async function main([
  url = '',
  model = '',
  folder = '',
  definitions = '',
  serviceName = '',
  onlineStore = '',
  dataStore = '',
]: readonly string[]): Promise<void> {
  const text = await readFile(definitions, 'utf8');
  const service = serviceOf(parseFeatureDefinitions({ path: definitions, text }), serviceName);
  const timeline = await readTimeline(folder, service.views);
  const places = new Map(service.views.map((view) => [view.name, onlineView(view)]));
  const store = await lmdbOnlineStore(onlineStore);
  const client = await servingClient(url, model);
  const next = { flight: 0, feature: 0, part: 0 };
  const landing: { readonly flight: Flight; readonly id: string }[] = [];
  let tally = emptyTally();

  console.log(`replay ready: ${timeline.flights.length} flights`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [until = '', rate = ''] = line.split(' ');
    await goOn(Date.parse(until), Number(rate));
    console.log(JSON.stringify({ at: until, ...tally }));
    tally = emptyTally();
  }
  await store.close();

  /** Lives until the instant. What is known at one time is pushed before whoever leaves then is asked for, and after whoever left before. */
  async function goOn(until: number, rate: number): Promise<void> {
    const began = performance.now();
    const first = next.flight;
    for (;;) {
      const known = Math.min(timeline.features[next.feature]?.at ?? Infinity, until);
      await predictBefore(known);
      await tellLanded(known);
      if (known >= until) break;
      await push(known);
      const due = ((next.flight - first) / rate) * 1000;
      const ahead = due - (performance.now() - began);
      if (ahead > 5) await sleep(ahead);
    }
    await tellLanded(until);
    await arrive(until);
  }

  async function predictBefore(time: number): Promise<void> {
    const waiting = new Set<Promise<void>>();
    for (let flight = timeline.flights[next.flight]; flight && flight.departs < time; ) {
      const asked = ask(flight).finally(() => waiting.delete(asked));
      waiting.add(asked);
      if (waiting.size >= CONCURRENT) await Promise.race(waiting);
      flight = timeline.flights[++next.flight];
    }
    await Promise.all(waiting);
  }

  async function ask(flight: Flight): Promise<void> {
    const { id, version, ok } = await client.predict(flight);
    tally.sent++;
    if (!ok) tally.failed++;
    tally.byVersion[version] = (tally.byVersion[version] ?? 0) + 1;
    if (id !== undefined) landing.push({ flight, id });
  }

  async function push(time: number): Promise<void> {
    for (let known = timeline.features[next.feature]; known?.at === time; ) {
      const place = places.get(known.view.name);
      if (place) await store.write(place, known.rows);
      known = timeline.features[++next.feature];
    }
    await arrive(time);
  }

  /** Labels of those that have landed by then. */
  async function tellLanded(time: number): Promise<void> {
    const landed = landing.filter(({ flight }) => flight.lands <= time);
    if (landed.length === 0 || (landed.length < MOST_LABELS && !isHour(time))) return;
    const waiting = landing.filter(({ flight }) => flight.lands > time);
    landing.splice(0, landing.length, ...waiting);
    const labels = landed.map(({ flight, id }): Label => ({ id, late: flight.late, at: flight.lands }));
    for (let from = 0; from < labels.length; from += MOST_LABELS) {
      const part = labels.slice(from, from + MOST_LABELS);
      if (await client.tell(part)) tally.labels += part.length;
      else tally.failed += part.length;
    }
  }

  async function arrive(time: number): Promise<void> {
    for (let part = timeline.parts[next.part]; part && part.at <= time; ) {
      await lay(part);
      part = timeline.parts[++next.part];
    }
  }

  /** Beside its place first, so that nobody reads half of it. */
  async function lay({ set, file }: ArrivingPart): Promise<void> {
    const target = join(dataStore, set);
    await mkdir(target, { recursive: true });
    const draft = join(target, `.${basename(file)}`);
    await copyFile(file, draft);
    await rename(draft, join(target, basename(file)));
  }
}

/** Labels are told four times a day. */
function isHour(time: number): boolean {
  return time % (6 * 3_600_000) === 0;
}

interface Tally {
  sent: number;
  labels: number;
  failed: number;
  readonly byVersion: Record<string, number>;
}

function emptyTally(): Tally {
  return { sent: 0, labels: 0, failed: 0, byVersion: {} };
}
