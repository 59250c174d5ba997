import { receiveReport } from '../recharges/receive-report.ts';
import type { SettlementStores } from '../recharges/settle-payment.ts';
import { parseStoredReport } from '../recharges/stored-report.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type EventDecision, type ProviderEvent, parseProviderEvent } from '../store/items/recharge.ts';
import { dueBucketOf, dueBuckets, dueIndex, providerEventKey, providerEventOf } from '../store/keys.ts';
import { queryPage, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';

export type ParkedEvents = { events: ProviderEvent[]; more: boolean };

/** What is being replayed is listed as well, so that nothing is out of sight if its sweep should fail. */
function listedBuckets(): string[] {
  const replays = [...dueBuckets('paypal-replay'), ...dueBuckets('google-replay'), ...dueBuckets('payout-replay')];
  return [...dueBuckets('parked-event'), ...replays];
}

/** The events that wait for an operator, those that have waited longest first. */
export async function listParkedEvents(ledger: Table, limit: number): Promise<ParkedEvents> {
  const pages = await Promise.all(
    listedBuckets().map((bucket) =>
      queryPage(ledger, {
        IndexName: dueIndex,
        KeyConditionExpression: 'dueBucket = :bucket',
        ExpressionAttributeValues: { ':bucket': bucket },
        Limit: limit + 1,
      }),
    ),
  );
  const waiting = pages
    .flatMap(({ items }) => items)
    .toSorted((a, b) => (String(a.dueAt) < String(b.dueAt) ? -1 : 1))
    .map(({ pk }) => providerEventOf({ pk: String(pk) }));
  const events = await Promise.all(waiting.slice(0, limit).map((named) => findEvent(ledger, named)));
  // The index lags behind the table: what was decided a moment ago may still be in it.
  const parked = events.flatMap((event) => (event?.outcome === 'parked' ? [event] : []));
  return { events: parked, more: waiting.length > limit };
}

export type DecideParkedEvent = Pick<EventDecision, 'action' | 'reason'> &
  Pick<ProviderEvent, 'provider' | 'eventId'> & { caller: string; now: Date };

/**
 * Has a parked event dealt with as if it had just arrived, or closes it without effect. Where a provider must be asked
 * again, the sweep that has its keys does so within a minute, and the event stays parked until then. Who decided, when and
 * why is kept with the event, also when the replay ends where it began. A decision that was carried out already is
 * answered again.
 */
export async function decideParkedEvent(
  stores: SettlementStores,
  { caller, now, action, reason, ...named }: DecideParkedEvent,
): Promise<ProviderEvent | Refusal> {
  const { ledger } = stores;
  const event = await findEvent(ledger, named);
  if (!event) return refuse('event_not_found', `There is no event ${named.eventId} of ${named.provider}.`, named);
  if (event.outcome !== 'parked') return event.trail?.at(-1)?.action === action ? event : notParked(event);
  if (action === 'replay' && event.report === undefined)
    return refuse(
      'state_conflict',
      'The event does not hold what a replay needs: close it, or have it sent again.',
      named,
    );
  const decision: EventDecision = { action, by: caller, at: now.toISOString(), reason };
  const noted = await note(ledger, event, decision);
  if (!noted) return notParked((await findEvent(ledger, named)) ?? event);
  if (action === 'close' || noted.replayedBy || noted.report === undefined) return noted;
  const { provider, digest, trail = [] } = noted;
  await receiveReport(stores, parseStoredReport(noted.report), { provider, digest, now, trail });
  return (await findEvent(ledger, named)) ?? noted;
}

type Named = Parameters<typeof providerEventKey>[0];

async function findEvent(ledger: Table, named: Named): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, providerEventKey(named));
  return item && parseProviderEvent(item);
}

/** The event with the decision in its trail, closed if that is what was decided; nothing when it is parked no longer. */
async function note(ledger: Table, event: ProviderEvent, decision: EventDecision): Promise<ProviderEvent | undefined> {
  const { change, values } = changeOf(event, decision);
  const updated = await updateIf(ledger, {
    Key: providerEventKey(event),
    ConditionExpression: 'outcome = :parked',
    UpdateExpression: `SET trail = list_append(if_not_exists(trail, :none), :decision)${change}`,
    ExpressionAttributeValues: { ':parked': 'parked', ':none': [], ':decision': [decision], ...values },
  });
  return updated.applied ? parseProviderEvent(updated.item) : undefined;
}

/** What becomes of an event beside its trail: it leaves the index, or moves to where its sweep finds it. */
function changeOf({ replayedBy, eventId }: ProviderEvent, { action, at }: EventDecision) {
  if (action === 'close')
    return { change: ', outcome = :closed REMOVE dueBucket, dueAt', values: { ':closed': 'closed' } };
  if (!replayedBy) return { change: '', values: {} };
  const bucket = dueBucketOf({ kind: replayedBy, id: eventId });
  return { change: ', dueBucket = :bucket, dueAt = :at', values: { ':bucket': bucket, ':at': at } };
}

function notParked({ provider, eventId, outcome }: ProviderEvent): Refusal {
  return refuse('state_conflict', `The event is ${outcome}, not parked.`, { provider, eventId, outcome });
}
