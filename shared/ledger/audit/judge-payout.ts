import type { Payout, PayoutState } from '../../store/items/payout.ts';
import type { Findings } from './judge-partition.ts';
import { payoutSubject } from './subjects.ts';

/** Where the diamonds of a payout are while it is in a state. */
const whereabouts: Record<PayoutState, 'held' | 'paid' | 'nowhere'> = {
  awaiting_approval: 'held',
  requested: 'held',
  submitting: 'held',
  submitted: 'held',
  paid: 'paid',
  failed: 'nowhere',
  returned: 'nowhere',
  blocked: 'nowhere',
  skipped: 'nowhere',
};

export function judgePayout(payout: Payout, { tally }: Findings): void {
  const { state, creatorId, milliDiamonds, netMinor, feeMinor, currency } = payout;
  const subject = payoutSubject(payout);
  if (whereabouts[state] === 'held') tally.add(subject, `milli-diamonds held for ${creatorId}`, milliDiamonds);
  if (whereabouts[state] !== 'paid') return;
  tally.add(subject, `milli-diamonds paid to ${creatorId}`, milliDiamonds);
  tally.add(subject, `net minor units of ${currency} paid`, netMinor);
  tally.add(subject, `fee in minor units of ${currency}`, feeMinor);
}
