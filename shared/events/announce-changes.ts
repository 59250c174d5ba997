import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Catalog } from '../catalog/catalog.ts';
import { type BucketSource, sourcesOfChange } from '../leaderboards/score-message.ts';
import { sendSources } from '../leaderboards/send-sources.ts';
import { count, logger } from '../observability.ts';
import { sendInOrder } from '../queue/send-in-order.ts';
import type { Queue } from '../queue/send-messages.ts';
import type { WebhookEndpoint } from '../store/items/webhook-endpoint.ts';
import type { Key } from '../store/keys.ts';
import type { Item } from '../store/table.ts';
import type { Event } from './event.ts';
import { type EventBus, putEvents } from './event-bus.ts';
import type { EventTypeName } from './event-types.ts';
import { type Budgets, readBudgets } from './events-of-budgets.ts';
import { type Change, eventsOfChange } from './events-of-change.ts';
import { deliveriesOf } from './webhook-message.ts';

export type Announcer = {
  /** What budgets are looked up in. */
  catalog: Catalog;
  bus: EventBus;
  deliveries: Queue;
  /** Who is told by webhook. */
  endpoints: () => Promise<WebhookEndpoint[]>;
  /** Where leaderboards are counted. */
  scores: Queue;
  /** The types that this installation lets out. */
  announced: ReadonlySet<EventTypeName>;
};

type Told = { record: number; event: Event };
type Counted = { record: number; source: BucketSource };

/**
 * Tells what committed changes stand for: on the bus, and to each webhook endpoint that asked for the type, in the order of the
 * changes; and sends to the leaderboards what counts there. Returns the sequence number of the first record of which not all was
 * taken; from there the stream delivers again, and the same changes make events with the same ids.
 */
export async function announceChanges(
  announcer: Announcer,
  records: DynamoDBRecord[],
): Promise<{ failedFrom: string | undefined }> {
  const budgets = await readBudgets(announcer.catalog, momentOf(records[0]));
  const read = records.map((record) => readRecord(record, budgets));
  const told = read.flatMap(({ events }, record) =>
    events.filter(({ type }) => announcer.announced.has(type)).map((event): Told => ({ record, event })),
  );
  const counted = read.flatMap(({ sources }, record) => sources.map((source): Counted => ({ record, source })));
  const [untold, uncounted] = await Promise.all([tell(announcer, told), sendSources(announcer.scores, counted)]);
  count('EventsAnnounced', told.length - untold.size);
  const missed = [...[...untold].flatMap((position) => told[position]?.record ?? []), ...uncounted];
  const firstMissed = Math.min(...missed);
  return { failedFrom: missed.length === 0 ? undefined : (records[firstMissed]?.dynamodb?.SequenceNumber ?? '') };
}

/** Gives the positions of what was not taken, by the bus or by the queue. */
async function tell({ bus, deliveries, endpoints }: Announcer, told: Told[]): Promise<Set<number>> {
  if (told.length === 0) return new Set();
  const events = told.map(({ event }) => event);
  const messages = deliveriesOf(events, await endpoints());
  const [notPut, notSent] = await Promise.all([
    putEvents(bus, events),
    sendInOrder(
      deliveries,
      messages.map(({ message }) => message),
    ),
  ]);
  return new Set([...notPut, ...[...notSent].flatMap((position) => messages[position]?.event ?? [])]);
}

/** A record that cannot be read must not hold up everything behind it: it is counted, which raises an alarm. */
function readRecord(record: DynamoDBRecord, budgets: Budgets): { events: Event[]; sources: BucketSource[] } {
  const { dynamodb, eventID } = record;
  try {
    if (!dynamodb?.NewImage) return { events: [], sources: [] };
    const { NewImage, OldImage, Keys } = dynamodb;
    const change: Change = {
      key: plain(Keys) as Key,
      image: plain(NewImage),
      imageBefore: OldImage && plain(OldImage),
      at: momentOf(record),
    };
    return { events: eventsOfChange(change, budgets), sources: sourcesOfChange(change) };
  } catch (error) {
    count('EventsUnreadable');
    logger.error('unreadable stream record', { eventID, error: error as Error });
    return { events: [], sources: [] };
  }
}

/** When a change was committed, to the second; the same for the same record whenever it comes. */
function momentOf(record: DynamoDBRecord | undefined): Date {
  return new Date((record?.dynamodb?.ApproximateCreationDateTime ?? Math.floor(Date.now() / 1_000)) * 1_000);
}

function plain(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): Item {
  return unmarshall((image ?? {}) as Parameters<typeof unmarshall>[0]);
}
