import { UuidV7 } from '../identifiers.ts';
import { count, logger } from '../observability.ts';
import type { ProviderName } from '../providers/payment.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Payout, parsePayout } from '../store/items/payout.ts';
import type { EventDecision, ProviderEvent } from '../store/items/recharge.ts';
import { dueBucketOf, providerEventKey } from '../store/keys.ts';
import { payoutKey } from '../store/payout-keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { decideSettlement, type Settlement } from './decide-settlement.ts';
import { assertMoveIsRepeatable, movingWrites, type NotMoved } from './move-payout.ts';
import type { PayoutNews } from './payout-news.ts';
import { type PayoutTransition, payoutTransitions } from './states.ts';

/** What a provider says of a payout, and how it came to us. */
export type NewsEvent = {
  provider: ProviderName;
  /** Each event is handled once; the answer to a question of ours has an id made from what it says. */
  eventId: string;
  type: string;
  /** SHA-256 of what came, in hex. */
  digest: string;
  news: PayoutNews;
  /** What operators did about the event, when one of them has it replayed. */
  trail?: EventDecision[];
};

export type Settled = ProviderEvent['outcome'] | 'handled_before';

/**
 * Applies news to the payout it is about: the move, its diamonds and the mark of the event are one transaction. All orders
 * and repetitions of the same news end in the same state; contradictions are parked and move nothing.
 * @throws Contention when others held the payout on every attempt; the news must come again.
 */
export async function settlePayout(ledger: Table, received: NewsEvent, now: Date): Promise<Settled> {
  return untilUnchanged(`The payout of event ${received.eventId}`, async () => {
    const payout = await readPayoutOf(ledger, received.news);
    const settlement = decideSettlement(payout, received.news);
    const event = describeEvent(received, settlement, now);
    const written = await transact<NotMoved | 'handled_before'>(ledger, [
      putEvent(event),
      ...(settlement.kind === 'move' && payout ? await movingWrites(ledger, payout, { ...settlement, now }) : []),
    ]);
    if (written.committed) return report(event, settlement);
    if (written.failures.includes('handled_before')) return 'handled_before';
    if (payout) assertMoveIsRepeatable(payout, written.failures);
    return changedMeanwhile;
  });
}

async function readPayoutOf(ledger: Table, { payoutId }: PayoutNews): Promise<Payout | undefined> {
  if (!UuidV7.safeParse(payoutId).success || payoutId === undefined) return undefined;
  const item = await readItem(ledger, payoutKey(payoutId));
  return item && parsePayout(item);
}

const outcomes = { move: 'applied', ignore: 'ignored', park: 'parked' } as const;

function describeEvent(received: NewsEvent, settlement: Settlement, now: Date): ProviderEvent {
  const { provider, eventId, type, digest, news, trail } = received;
  const receivedAt = now.toISOString();
  return {
    provider,
    eventId,
    type,
    digest,
    outcome: outcomes[settlement.kind],
    ...(settlement.kind !== 'move' && { reason: settlement.reason }),
    ...(news.payoutId !== undefined && { subject: news.payoutId }),
    receivedAt,
    ...(trail && { trail }),
    // Only what waits for an operator is in the index.
    ...(settlement.kind === 'park' && {
      report: JSON.stringify(news),
      replayedBy: 'payout-replay',
      dueBucket: dueBucketOf({ kind: 'parked-event', id: eventId }),
      dueAt: receivedAt,
    }),
  };
}

/** What was parked is dealt with again only when an operator has it replayed. */
function putEvent(event: ProviderEvent): Write<'handled_before'> {
  const condition = event.trail
    ? { ConditionExpression: 'outcome = :parked', ExpressionAttributeValues: { ':parked': 'parked' } }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    put: { Item: { ...providerEventKey(event), ...event }, ...condition },
    failure: () => 'handled_before',
  };
}

function report(event: ProviderEvent, settlement: Settlement): Settled {
  const { provider, eventId, type, outcome, reason, subject, trail } = event;
  logger.info('payout news', { provider, eventId, type, outcome, reason, subject });
  if (settlement.kind === 'park' && !trail) count('EventsParked');
  if (settlement.kind === 'move') countMove(payoutTransitions[settlement.transition]);
  return outcome;
}

function countMove({ to }: PayoutTransition): void {
  if (to === 'paid') count('PayoutsPaid');
  if (to === 'failed' || to === 'blocked') count('PayoutsFailed');
  if (to === 'returned') count('PayoutsReturned');
}
