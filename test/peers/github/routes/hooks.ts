// The App's log of webhook deliveries. As on GitHub nothing is sent again by itself: somebody asks for another attempt.
import { found, ok, type PageRequest, type Reply } from '../http.ts';
import type { Hub } from '../hub.ts';
import { route } from '../router.ts';
import { type Delivery, deliveriesOf, redeliver } from '../webhooks.ts';

interface ListInput {
  readonly status?: 'success' | 'failure';
  readonly cursor?: string;
}

export const hookRoutes = [
  route<ListInput>('GET /app/hook/deliveries', 'jwt', ({ hub, input, page }) => {
    const newestFirst = deliveriesOf(hub).toReversed();
    const chosen = newestFirst.filter(
      ({ ok: succeeded }) => !input.status || succeeded === (input.status === 'success'),
    );
    const from = input.cursor === undefined ? 0 : chosen.findIndex(({ id }) => cursorTo(id) === input.cursor);
    return fromCursor(hub, page, chosen.slice(Math.max(from, 0)));
  }),

  route<{ delivery_id: number }>('GET /app/hook/deliveries/{delivery_id}', 'jwt', ({ hub, input }) => {
    const delivery = deliveryOf(hub, input.delivery_id);
    const { headers, body } = delivery;
    return ok({
      ...summary(hub, delivery),
      url: hub.app?.webhook?.url ?? '',
      request: { headers, payload: JSON.parse(body) as unknown },
      response: { headers: {}, payload: delivery.answer },
    });
  }),

  route<{ delivery_id: number }>(
    'POST /app/hook/deliveries/{delivery_id}/attempts',
    'jwt',
    ({ hub, input }) => {
      const delivery = deliveryOf(hub, input.delivery_id);
      hub.inBackground(redeliver(hub, delivery));
      return { status: 202, body: {} };
    },
  ),
];

/** Deliveries arrive while somebody reads, so GitHub's pages begin at a delivery, named by an opaque cursor. */
function fromCursor(hub: Hub, { url, per_page = 30 }: PageRequest, deliveries: readonly Delivery[]): Reply {
  const size = Math.min(Math.max(per_page, 1), 100);
  const next = deliveries[size];
  const address = new URL(url);
  if (next) address.searchParams.set('cursor', cursorTo(next.id));
  return {
    status: 200,
    body: deliveries.slice(0, size).map((delivery) => summary(hub, delivery)),
    ...(next && { headers: { link: `<${address.href}>; rel="next"` } }),
  };
}

function cursorTo(id: number): string {
  return `v1_${id}`;
}

function deliveryOf(hub: Hub, id: number): Delivery {
  return found(deliveriesOf(hub).find((delivery) => delivery.id === id));
}

function summary(hub: Hub, delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.seconds,
    status: delivery.statusText,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: hub.app?.installationId ?? null,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}
