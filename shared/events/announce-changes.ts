import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { count, logger } from '../observability.ts';
import { sendInOrder } from '../queue/send-in-order.ts';
import type { Queue } from '../queue/send-messages.ts';
import type { WebhookEndpoint } from '../store/items/webhook-endpoint.ts';
import type { Key } from '../store/keys.ts';
import type { Item } from '../store/table.ts';
import type { Event } from './event.ts';
import { type EventBus, putEvents } from './event-bus.ts';
import type { EventTypeName } from './event-types.ts';
import { eventsOfChange } from './events-of-change.ts';
import { deliveriesOf } from './webhook-message.ts';

export type Announcer = {
  bus: EventBus;
  deliveries: Queue;
  /** Who is told by webhook. */
  endpoints: () => Promise<WebhookEndpoint[]>;
  /** The types that this installation lets out. */
  announced: ReadonlySet<EventTypeName>;
};

type Told = { record: number; event: Event };

/**
 * Tells what committed changes stand for: on the bus, and to each webhook endpoint that asked for the type, in the order of the
 * changes. Returns the sequence number of the first record whose events were not all taken; from there the stream delivers
 * again, and the same changes make events with the same ids.
 */
export async function announceChanges(
  { bus, deliveries, endpoints, announced }: Announcer,
  records: DynamoDBRecord[],
): Promise<{ failedFrom: string | undefined }> {
  const told = records.flatMap((record, position) =>
    readEvents(record)
      .filter(({ type }) => announced.has(type))
      .map((event): Told => ({ record: position, event })),
  );
  if (told.length === 0) return { failedFrom: undefined };
  const events = told.map(({ event }) => event);
  const messages = deliveriesOf(events, await endpoints());
  const [notPut, notSent] = await Promise.all([
    putEvents(bus, events),
    sendInOrder(
      deliveries,
      messages.map(({ message }) => message),
    ),
  ]);
  const missed = [...notPut, ...[...notSent].flatMap((position) => messages[position]?.event ?? [])];
  count('EventsAnnounced', events.length - new Set(missed).size);
  const firstMissed = Math.min(...missed.map((position) => told[position]?.record ?? 0));
  return { failedFrom: missed.length === 0 ? undefined : (records[firstMissed]?.dynamodb?.SequenceNumber ?? '') };
}

/** A record that cannot be read must not hold up everything behind it: it is counted, which raises an alarm. */
function readEvents({ dynamodb, eventID }: DynamoDBRecord): Event[] {
  try {
    if (!dynamodb?.NewImage) return [];
    const { NewImage, OldImage, Keys } = dynamodb;
    return eventsOfChange({
      key: plain(Keys) as Key,
      image: plain(NewImage),
      imageBefore: OldImage && plain(OldImage),
    });
  } catch (error) {
    count('EventsUnreadable');
    logger.error('unreadable stream record', { eventID, error: error as Error });
    return [];
  }
}

function plain(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): Item {
  return unmarshall((image ?? {}) as Parameters<typeof unmarshall>[0]);
}
