import { receiveReport } from '../recharges/receive-report.ts';
import type { SettlementStores } from '../recharges/settle-payment.ts';
import { parseStoredReport } from '../recharges/stored-report.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type EventDecision, type ProviderEvent, parseProviderEvent } from '../store/items/recharge.ts';
import { dueBuckets, dueIndex, providerEventKey, providerEventOf } from '../store/keys.ts';
import { queryPage, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';

export type ParkedEvents = { events: ProviderEvent[]; more: boolean };

/** The events that wait for an operator, those that have waited longest first. */
export async function listParkedEvents(ledger: Table, limit: number): Promise<ParkedEvents> {
  const pages = await Promise.all(
    dueBuckets('parked-event').map((bucket) =>
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
 * Has a parked event dealt with as if it had just arrived, or closes it without effect. Who did that, when and why is kept
 * with the event, also when the replay ends where it began. A decision that was carried out already is answered again.
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
  if (action === 'close' || noted.report === undefined) return noted;
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
async function note(ledger: Table, event: Named, decision: EventDecision): Promise<ProviderEvent | undefined> {
  const closing = decision.action === 'close';
  const updated = await updateIf(ledger, {
    Key: providerEventKey(event),
    ConditionExpression: 'outcome = :parked',
    UpdateExpression:
      'SET trail = list_append(if_not_exists(trail, :none), :decision)' +
      (closing ? ', outcome = :closed REMOVE dueBucket, dueAt' : ''),
    ExpressionAttributeValues: {
      ':parked': 'parked',
      ':none': [],
      ':decision': [decision],
      ...(closing && { ':closed': 'closed' }),
    },
  });
  return updated.applied ? parseProviderEvent(updated.item) : undefined;
}

function notParked({ provider, eventId, outcome }: ProviderEvent): Refusal {
  return refuse('state_conflict', `The event is ${outcome}, not parked.`, { provider, eventId, outcome });
}
