import { momentOfId } from '../../identifiers.ts';
import type { Payout, PayoutState } from '../../store/items/payout.ts';
import type { PayoutBatch } from '../../store/items/payout-batch.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { membershipSubject, payoutSubject } from './subjects.ts';

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

export function judgePayout(payout: Payout, findings: Findings): void {
  const { tally } = findings;
  const { state, creatorId, milliDiamonds, netMinor, feeMinor, currency } = payout;
  const subject = payoutSubject(payout);
  if (payout.batchId !== undefined) judgeMembership({ ...payout, batchId: payout.batchId }, 1, findings);
  if (whereabouts[state] === 'held') tally.add(subject, `milli-diamonds held for ${creatorId}`, milliDiamonds);
  if (whereabouts[state] !== 'paid') return;
  tally.add(subject, `milli-diamonds paid to ${creatorId}`, milliDiamonds);
  tally.add(subject, `net minor units of ${currency} paid`, netMinor);
  tally.add(subject, `net minor units of ${currency} paid by Stripe`, payout.method === 'bank' ? netMinor : 0);
  tally.add(subject, `fee in minor units of ${currency}`, feeMinor);
}

/** A batch that may have been sent accounts for each of its payouts, and for each payout that says it is in it, there is one. */
export function judgePayoutBatch({ batchId, payoutIds, state }: PayoutBatch, findings: Findings): void {
  if (state === 'refused') return;
  for (const payoutId of payoutIds) judgeMembership({ payoutId, batchId }, -1, findings);
}

function judgeMembership(place: { payoutId: string; batchId: string }, amount: number, findings: Findings): void {
  // Both items were written when the batch was made, which its id tells.
  if (!isSettled(findings, momentOfId(place.batchId))) return;
  findings.tally.add(membershipSubject(place), 'times in a batch that may have been sent', amount);
}
