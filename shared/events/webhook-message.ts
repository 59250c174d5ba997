import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Ordered } from '../queue/send-in-order.ts';
import type { WebhookEndpoint } from '../store/items/webhook-endpoint.ts';
import { Event } from './event.ts';

/** One event for one endpoint. */
export const WebhookMessage = z.object({ endpointId: z.string(), event: Event });
export type WebhookMessage = z.infer<typeof WebhookMessage>;

type Delivery = { message: Ordered /** The position of its event. */; event: number };

/**
 * A message for each event and each endpoint that is on and asked for its type. The messages about one subject for one endpoint
 * stay in order, and wait for nobody else's. `attempt` tells a repetition that is wanted from one that only happened.
 */
export function deliveriesOf(events: Event[], endpoints: WebhookEndpoint[], attempt = ''): Delivery[] {
  return events.flatMap((event, position) =>
    endpoints
      .filter(({ enabled, types }) => enabled && types.includes(event.type))
      .map(({ endpointId }) => ({ event: position, message: messageOf({ endpointId, event }, attempt) })),
  );
}

/** SQS drops a message that it was sent within the last five minutes: what a stream or a timed-out call brings twice. */
export function messageOf(message: WebhookMessage, attempt = ''): Ordered {
  const { endpointId, event } = message;
  return {
    body: message,
    group: `${endpointId}/${event.subject}`,
    deduplicationId: createHash('sha256').update(`${endpointId}\n${event.id}\n${attempt}`).digest('hex'),
  };
}
