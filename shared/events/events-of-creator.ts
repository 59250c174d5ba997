import { formatDiamonds } from '../money/diamonds.ts';
import type { CreatorEntry, CreditEntry } from '../store/items/creator.ts';
import type { Payout, PayoutState } from '../store/items/payout.ts';
import type { PayoutRun } from '../store/items/payout-run.ts';
import { type Event, eventOf, subjects } from './event.ts';
import type { EventTypeName } from './event-types.ts';
import { giftKey } from './events-of-wallet.ts';

/** What a line of a creator's statement tells that nothing else does. */
export function eventsOfCreatorEntry(entry: CreatorEntry): Event[] {
  if (entry.flow !== 'reversal' && entry.flow !== 'reversal_undone') return [];
  const { creatorId, entryId, at: time, rechargeId, giftId, senderId, coins, amounts } = entry;
  return [
    eventOf(entry.flow === 'reversal' ? 'earnings.reversed' : 'earnings.restored', {
      key: `${creatorId}#${entryId}`,
      subject: subjects.creator(creatorId),
      time,
      data: {
        ...{ entryId, creatorId, rechargeId, giftId, senderId, coins },
        diamonds: formatDiamonds(amounts.milliDiamonds),
        owedDiamonds: formatDiamonds(amounts.owedMilliDiamonds),
      },
    }),
  ];
}

/** The credits that a creator's entry lists: the same events as of the senders' entries, which were written with it. */
export function creditsOf({ creatorId, at, gifts, contexts = [] }: CreditEntry): Event[] {
  return gifts.map(({ giftId, senderId, gift, quantity, coins, milliDiamonds, context: place = 0 }) =>
    eventOf('gift.credited', {
      key: giftKey({ senderId, giftId }),
      subject: subjects.wallet(senderId),
      time: at,
      data: {
        ...{ giftId, senderId, creatorId, gift, quantity, coins, diamonds: formatDiamonds(milliDiamonds) },
        ...(contexts[place] && { context: contexts[place] }),
      },
    }),
  );
}

/** `submitting` is nobody's business: it may be taken back, and what follows tells whether the provider has the payout. */
const eventsOfStates = {
  awaiting_approval: 'payout.awaiting_approval',
  requested: 'payout.requested',
  submitting: undefined,
  submitted: 'payout.submitted',
  paid: 'payout.paid',
  failed: 'payout.failed',
  returned: 'payout.returned',
  blocked: 'payout.blocked',
  skipped: 'payout.skipped',
} as const satisfies Record<PayoutState, EventTypeName | undefined>;

/** A payout that came into a state. It comes into each once, except `requested` after a batch was refused, which is no news. */
export function eventsOfPayout(payout: Payout, stateBefore: string | undefined): Event[] {
  const type = eventsOfStates[payout.state];
  if (type === undefined || payout.state === stateBefore) return [];
  const { payoutId, creatorId, milliDiamonds, grossMinor, feeMinor, netMinor, currency, method, reason } = payout;
  const cash = (amount: number) => ({ amount, currency });
  return [
    eventOf(type, {
      key: payoutId,
      subject: subjects.payout(payoutId),
      time: payout.updatedAt,
      sequence: payout.version,
      data: {
        ...{ payoutId, creatorId, diamonds: formatDiamonds(milliDiamonds), method },
        ...{ gross: cash(grossMinor), fee: cash(feeMinor), net: cash(netMinor) },
        ...(reason && { reason: reason.code }),
      },
    }),
  ];
}

export function eventsOfPayoutRun(run: PayoutRun, stateBefore: string | undefined): Event[] {
  if (run.state !== 'finished' || stateBefore === 'finished') return [];
  const { runId, schedule, date, dryRun, finishedAt, startedAt } = run;
  return [
    eventOf('payout_run.finished', {
      key: runId,
      subject: subjects.payoutRun(runId),
      time: finishedAt ?? startedAt,
      data: { runId, schedule, date, dryRun },
    }),
  ];
}
