// Webhooks for the App: signed over the raw body, one after the other, each tried once and kept in a log.
// A receiver that is down or slow costs a failed delivery and nothing else; another attempt is asked for by hand, as on GitHub.
import { createHmac, randomUUID } from 'node:crypto';
import type { Hub } from './hub.ts';
import type { App, Happening } from './model.ts';
import { viewRepository } from './views/repositories.ts';
import { nodeId, viewUser } from './views/users.ts';

/** GitHub gives a receiver ten seconds. */
const TIMEOUT_MS = 10_000;
const HOOK_ID = 1;
const MAX_ANSWER_CHARACTERS = 10_000;

export interface Delivery {
  readonly id: number;
  /** The same for every attempt at one event. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number;
  readonly redelivery: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly deliveredAt: string;
  readonly seconds: number;
  /** 0 when nobody answered. */
  readonly statusCode: number;
  readonly statusText: string;
  readonly answer: string;
  readonly ok: boolean;
}

interface Mailbox {
  readonly log: Delivery[];
  last: Promise<unknown>;
}

const mailboxes = new WeakMap<Hub, Mailbox>();

function mailboxOf(hub: Hub): Mailbox {
  const mailbox = mailboxes.get(hub) ?? { log: [], last: Promise.resolve() };
  mailboxes.set(hub, mailbox);
  return mailbox;
}

/** Every attempt, oldest first. */
export function deliveriesOf(hub: Hub): readonly Delivery[] {
  return mailboxOf(hub).log;
}

/** Sends what happened to the App, if it is installed there and subscribed. */
export function deliver(hub: Hub, happening: Happening): Promise<void> {
  const { app } = hub;
  if (!app?.webhook || !happening.repository.installed) return Promise.resolve();
  if (!app.events.includes(happening.name)) return Promise.resolve();

  const body = JSON.stringify(payloadOf(hub, app, happening));
  const guid = randomUUID();
  const { name: event, action = null } = happening;
  return enqueue(hub, app, {
    guid,
    event,
    action,
    body,
    repositoryId: happening.repository.id,
    redelivery: false,
  });
}

/** Another attempt with the same GUID. */
export function redeliver(hub: Hub, delivery: Delivery): Promise<void> {
  const { app } = hub;
  return app ? enqueue(hub, app, { ...delivery, redelivery: true }) : Promise.resolve();
}

/** Events of which no attempt has succeeded so far: one delivery each. */
export function failedDeliveries(hub: Hub): Delivery[] {
  const delivered = new Set(deliveriesOf(hub).flatMap(({ ok, guid }) => (ok ? [guid] : [])));
  const failed = new Map<string, Delivery>();
  for (const delivery of deliveriesOf(hub))
    if (!delivered.has(delivery.guid)) failed.set(delivery.guid, delivery);
  return [...failed.values()];
}

type Letter = Pick<Delivery, 'guid' | 'event' | 'action' | 'body' | 'repositoryId' | 'redelivery'>;

function enqueue(hub: Hub, app: App, letter: Letter): Promise<void> {
  const mailbox = mailboxOf(hub);
  const sent = mailbox.last.then(async () => {
    mailbox.log.push(await post(hub, app, letter));
  });
  mailbox.last = sent.catch(() => undefined);
  return sent;
}

async function post(hub: Hub, app: App, letter: Letter): Promise<Delivery> {
  const headers = headersOf(app, letter);
  const started = performance.now();
  const answer = await send(app.webhook?.url ?? '', headers, letter.body);
  return {
    ...letter,
    ...answer,
    id: hub.nextId(),
    headers,
    deliveredAt: new Date().toISOString(),
    seconds: (performance.now() - started) / 1000,
    ok: answer.statusCode >= 200 && answer.statusCode < 300,
  };
}

async function send(url: string, headers: Record<string, string>, body: string) {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    const answer = (await response.text()).slice(0, MAX_ANSWER_CHARACTERS);
    return {
      statusCode: response.status,
      statusText: response.ok ? 'OK' : response.statusText || 'Invalid HTTP Response',
      answer,
    };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return { statusCode: 0, statusText: timedOut ? 'timed out' : 'failed to connect to host', answer: '' };
  }
}

function headersOf(app: App, letter: Letter): Record<string, string> {
  const secret = app.webhook?.secret ?? '';
  const sign = (algorithm: string) => createHmac(algorithm, secret).update(letter.body).digest('hex');
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/standin',
    'x-github-delivery': letter.guid,
    'x-github-event': letter.event,
    'x-github-hook-id': String(HOOK_ID),
    'x-github-hook-installation-target-id': String(app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': `sha1=${sign('sha1')}`,
    'x-hub-signature-256': `sha256=${sign('sha256')}`,
  };
}

function payloadOf(hub: Hub, app: App, { payload, repository, sender }: Happening) {
  return {
    ...payload,
    ...contextOf(hub, repository, sender),
    installation: { id: app.installationId, node_id: nodeId('Installation', app.installationId) },
  };
}

/** The parts that every payload has, for Apps and for workflows. */
export function contextOf(hub: Hub, repository: Happening['repository'], sender: Happening['sender']) {
  const { owner } = repository;
  const organization = owner.type === 'Organization' ? { organization: viewUser(hub, owner) } : {};
  return { repository: viewRepository(hub, repository), ...organization, sender: viewUser(hub, sender) };
}
