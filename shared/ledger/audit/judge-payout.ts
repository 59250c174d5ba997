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
  const where = whereabouts[payout.state];
  if (where !== 'nowhere') tally.add(payoutSubject(payout), `milli-diamonds ${where}`, payout.milliDiamonds);
}
