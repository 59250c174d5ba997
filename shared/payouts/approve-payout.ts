import { count } from '../observability.ts';
import type { Queue } from '../queue/send-messages.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Payout } from '../store/items/payout.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { findPayout } from './find-payouts.ts';
import { assertMoveIsRepeatable, movingWrites, type PayoutMove } from './move-payout.ts';
import { approvalDeclined } from './reasons.ts';
import { sendToProvider } from './request-payout.ts';

export type DecideApproval = {
  payoutId: string;
  decision: 'approve' | 'reject';
  reason?: string | undefined;
  /** The client of the token. */
  decidedBy: string;
  now: Date;
};

/**
 * Decides on a payout that waits for an operator, who must not be the one who asked for it. Approved, it goes to the
 * payouts queue; rejected, its diamonds go back. The same decision by the same operator again gets the same answer.
 * @throws Error (transient) when the approval is stored and the message was not taken; repeating the request sends it.
 */
export async function decideApproval(
  { ledger, payouts }: { ledger: Table; payouts: Queue },
  command: DecideApproval,
): Promise<Payout | Refusal> {
  const payout = await storeDecision(ledger, command);
  if (isRefusal(payout)) return payout;
  if (payout.state === 'requested') await sendToProvider(payouts, payout);
  return payout;
}

async function storeDecision(ledger: Table, command: DecideApproval): Promise<Payout | Refusal> {
  const { payoutId } = command;
  return untilUnchanged(`The payout ${payoutId}`, async () => {
    const payout = await findPayout(ledger, payoutId);
    if (isRefusal(payout)) return payout;
    if (payout.requestedBy === command.decidedBy) return ownPayout(payoutId);
    if (payout.state !== 'awaiting_approval') return isRepetition(payout, command) ? payout : notWaiting(payout);
    const written = await transact(ledger, await movingWrites(ledger, payout, moveOf(command)));
    if (written.committed) {
      if (command.decision === 'reject') count('PayoutsFailed');
      return findPayout(ledger, payoutId);
    }
    assertMoveIsRepeatable(payout, written.failures);
    return changedMeanwhile;
  });
}

/** The payout's requester is fixed when it is put, so the state is all that the condition has to hold. */
function moveOf({ decision, reason, decidedBy, now }: DecideApproval): PayoutMove {
  if (decision === 'reject')
    return { transition: 'decline', details: { declinedBy: decidedBy, reason: approvalDeclined(reason) }, now };
  return { transition: 'approve', details: { approvedBy: decidedBy, approvedAt: now.toISOString() }, now };
}

function isRepetition({ approvedBy, declinedBy }: Payout, { decision, decidedBy }: DecideApproval): boolean {
  return (decision === 'approve' ? approvedBy : declinedBy) === decidedBy;
}

function ownPayout(payoutId: string): Refusal {
  return refuse('payout_not_allowed', 'Somebody else than who asked for the payout must decide on it.', {
    reason: 'own_payout',
    payoutId,
  });
}

function notWaiting({ payoutId, state }: Payout): Refusal {
  return refuse('state_conflict', `The payout is ${state}: only one that is awaiting_approval can be decided on.`, {
    payoutId,
    state,
  });
}
