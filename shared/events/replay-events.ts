import { newId } from '../identifiers.ts';
import { sendInOrder } from '../queue/send-in-order.ts';
import type { Queue } from '../queue/send-messages.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { Contention } from '../store/contention.ts';
import type { Table } from '../store/table.ts';
import { endpointNotFound } from './change-endpoint.ts';
import type { EventTypeName } from './event-types.ts';
import { readEndpoints } from './read-endpoints.ts';
import { rebuildEvents } from './rebuild-events.ts';
import type { ReplayBody } from './schemas.ts';
import { deliveriesOf } from './webhook-message.ts';

type Replayed = { events: number; deliveries: number; nextCursor?: string };

/**
 * Tells endpoints again what the ledger knows of one wallet or creator. Receivers know the ids of what they have had.
 * @throws Contention when the queue did not take all of it; the request may be repeated.
 */
export async function replayEvents(
  { ledger, deliveries, announced }: { ledger: Table; deliveries: Queue; announced: ReadonlySet<EventTypeName> },
  { since, endpointId, cursor, ...whose }: ReplayBody,
  now: Date,
): Promise<Replayed | Refusal> {
  const known = await readEndpoints(ledger);
  const endpoints = endpointId === undefined ? known : known.filter((endpoint) => endpoint.endpointId === endpointId);
  if (endpointId !== undefined && endpoints.length === 0) return endpointNotFound(endpointId);
  const rebuilt = await rebuildEvents(ledger, { whose, since, cursor });
  if (isRefusal(rebuilt)) return rebuilt;
  const events = rebuilt.events.filter(({ type }) => announced.has(type));
  const messages = deliveriesOf(events, endpoints, newId(now));
  const failed = await sendInOrder(
    deliveries,
    messages.map(({ message }) => message),
  );
  if (failed.size > 0) throw new Contention('The queue did not take all events.');
  const { nextCursor } = rebuilt;
  return { events: events.length, deliveries: messages.length, ...(nextCursor !== undefined && { nextCursor }) };
}
