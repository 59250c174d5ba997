import { count, logger } from '../observability.ts';
import type { Queue } from '../queue/send-messages.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Creator } from '../store/items/creator.ts';
import type { Payout, PayoutReason } from '../store/items/payout.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { findPayout } from './find-payouts.ts';
import { ownChange } from './four-eyes.ts';
import {
  assertMoveIsRepeatable,
  creatorIsStill,
  movingWrites,
  type NotMoved,
  type PayoutMove,
  readCreatorOf,
} from './move-payout.ts';
import { approvalDeclined, payoutReason, refuseFor } from './reasons.ts';
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
 * Decides on a payout that waits for an operator, who must not be the one who asked for it. Who last changed the profile or
 * lifted a hold must not approve it either, but may reject it: to stop a payment takes no second pair of eyes. Approved, it
 * goes to the payouts queue; rejected, its diamonds go back. The same decision by the same operator again gets the same answer.
 * @throws Error (transient) when the approval is stored and the message was not taken; repeating the request sends it.
 */
export async function decideApproval(
  { ledger, payouts }: { ledger: Table; payouts: Queue },
  command: DecideApproval,
): Promise<Payout | Refusal> {
  const payout = await storeDecision(ledger, command);
  const { payoutId, decision, decidedBy } = command;
  if (isRefusal(payout)) {
    logger.warn('payout decision refused', {
      payoutId,
      decision,
      decidedBy,
      reason: payout.facts.reason ?? payout.code,
    });
    return payout;
  }
  logger.info('payout decided on', { payoutId, decision, decidedBy, state: payout.state });
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
    const writes = command.decision === 'reject' ? [] : await fourEyes(ledger, payout, command.decidedBy);
    if (isRefusal(writes)) return writes;
    const written = await transact(ledger, [...(await movingWrites(ledger, payout, moveOf(command))), ...writes]);
    if (written.committed) {
      if (command.decision === 'reject') count('PayoutsFailed');
      return findPayout(ledger, payoutId);
    }
    assertMoveIsRepeatable(payout, written.failures);
    return changedMeanwhile;
  });
}

/** The creator that the operator was judged by is part of the write, so that nobody changes it in between unseen. */
async function fourEyes(ledger: Table, payout: Payout, operator: string): Promise<Write<NotMoved>[] | Refusal> {
  const creator = await readCreatorOf(ledger, payout);
  const objection = objectionTo(creator, operator);
  if (objection) return refuseFor('payout_not_allowed', objection, { payoutId: payout.payoutId });
  return [creatorIsStill(creator)];
}

function objectionTo(creator: Creator, operator: string): PayoutReason | undefined {
  return creator.payoutHold?.held ? payoutReason('payout_on_hold') : ownChange(creator, operator);
}

/** The payout's requester is fixed when it is put, so that its state is all that this condition has to hold. */
function moveOf({ decision, reason, decidedBy, now }: DecideApproval): PayoutMove {
  if (decision === 'reject')
    return { transition: 'decline', details: { declinedBy: decidedBy, reason: approvalDeclined(reason) }, now };
  return { transition: 'approve', details: { approvedBy: decidedBy, approvedAt: now.toISOString() }, now };
}

function isRepetition({ approvedBy, declinedBy }: Payout, { decision, decidedBy }: DecideApproval): boolean {
  return (decision === 'approve' ? approvedBy : declinedBy) === decidedBy;
}

function ownPayout(payoutId: string): Refusal {
  return refuseFor('payout_not_allowed', payoutReason('own_payout'), { payoutId });
}

function notWaiting({ payoutId, state }: Payout): Refusal {
  return refuse('state_conflict', `The payout is ${state}: only one that is awaiting_approval can be decided on.`, {
    payoutId,
    state,
  });
}
