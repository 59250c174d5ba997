import { type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type PurchaseApproval, parsePurchaseApproval } from '../store/items/guardian-link.ts';
import { queryUpTo, readItem } from '../store/read.ts';
import { purchaseApprovalKey, purchaseApprovalsOf } from '../store/rule-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import type { ApprovalBody } from './schemas.ts';
import { type Link, refuseStranger } from './ward-of.ts';

/** What a ward wants to buy: an order as it would be made now. */
type WantedPurchase = Pick<
  PurchaseApproval,
  'rechargeId' | 'userId' | 'packageId' | 'channel' | 'provider' | 'coins' | 'bonusCoins' | 'priceMinor' | 'currency'
>;

/** Who is asked, and for how long the question and its answer are good. */
type Question = { wanted: WantedPurchase; guardianId: string; approvalHours: number; now: Date };

/** The parts of a purchase that a guardian agrees to; another price or package is another question. */
function isSamePurchase(approval: PurchaseApproval, { wanted, guardianId }: Question): boolean {
  const { packageId, channel, provider, coins, bonusCoins, priceMinor, currency } = wanted;
  return (
    approval.guardianId === guardianId &&
    approval.packageId === packageId &&
    approval.channel === channel &&
    approval.provider === provider &&
    approval.coins === coins &&
    approval.bonusCoins === bonusCoins &&
    approval.priceMinor === priceMinor &&
    approval.currency === currency
  );
}

/**
 * The approval that a purchase needs, as a part of the transaction that makes its order; or the refusal that it is still
 * missing, after the guardian has been asked. Asking again for the same purchase changes nothing while the question is open.
 */
export async function approvalFor(ledger: Table, question: Question): Promise<Write<'approval'> | Refusal> {
  const { wanted, guardianId, now } = question;
  return untilUnchanged(`The approval of recharge ${wanted.rechargeId}`, async () => {
    const item = await readItem(ledger, purchaseApprovalKey(wanted));
    const known = item && parsePurchaseApproval(item);
    if (known && isSamePurchase(known, question) && known.expiresAt > now.toISOString())
      return known.state === 'approved' ? checkApproval(known) : required(known);
    const asked: PurchaseApproval = {
      ...wanted,
      guardianId,
      state: 'pending',
      requestedAt: now.toISOString(),
      expiresAt: hoursFrom(now, question.approvalHours),
      version: (known?.version ?? 0) + 1,
    };
    const written = await transact(ledger, [putApproval(asked, known)]);
    return written.committed ? required(asked) : changedMeanwhile;
  });
}

function required({ rechargeId, guardianId, state, expiresAt }: PurchaseApproval): Refusal {
  const detail =
    state === 'declined'
      ? `The user's guardian ${guardianId} has declined the purchase.`
      : `The user's guardian ${guardianId} is asked, and can approve the purchase until ${expiresAt}; then repeat it.`;
  return refuse('guardian_approval_required', detail, { guardianId, rechargeId, state, expiresAt });
}

function checkApproval({ userId, rechargeId, version }: PurchaseApproval): Write<'approval'> {
  return {
    check: {
      Key: purchaseApprovalKey({ userId, rechargeId }),
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':version': version },
    },
    failure: () => 'approval',
  };
}

function putApproval(approval: PurchaseApproval, known: PurchaseApproval | undefined): Write<'changed'> {
  return {
    put: {
      Item: { ...purchaseApprovalKey(approval), ...approval },
      ...(known
        ? { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': known.version } }
        : { ConditionExpression: 'attribute_not_exists(pk)' }),
    },
    failure: () => 'changed',
  };
}

function hoursFrom(now: Date, hours: number): string {
  return new Date(now.getTime() + hours * 3_600_000).toISOString();
}

export type DecideApproval = ApprovalBody & Link & { rechargeId: string; approvalHours: number; now: Date };

/** The guardian's answer; it can be another one as long as the question is open. An approved purchase must be made in time. */
export async function decideApproval(ledger: Table, command: DecideApproval): Promise<PurchaseApproval | Refusal> {
  const { userId, guardianId, rechargeId, decision, approvalHours, now } = command;
  return untilUnchanged(`The approval of recharge ${rechargeId}`, async () => {
    const refusal = await refuseStranger(ledger, command, now);
    if (refusal) return refusal;
    const item = await readItem(ledger, purchaseApprovalKey(command));
    const known = item && parsePurchaseApproval(item);
    if (known?.guardianId !== guardianId)
      return refuse('approval_not_found', `The user ${userId} has asked for no purchase ${rechargeId}.`, {
        userId,
        rechargeId,
      });
    const state = decision === 'approve' ? 'approved' : 'declined';
    if (known.state === state) return known;
    if (known.expiresAt <= now.toISOString())
      return refuse(
        'state_conflict',
        `The user's question was open until ${known.expiresAt}: the user may ask again.`,
        {
          rechargeId,
          state: 'expired',
        },
      );
    const answered = { ...known, state, expiresAt: hoursFrom(now, approvalHours), version: known.version + 1 } as const;
    const written = await transact(ledger, [putApproval(answered, known)]);
    return written.committed ? answered : changedMeanwhile;
  });
}

/** More than a guardian looks through; older ones are long settled. */
const mostListed = 50;

/** What the ward has asked for, the latest order first. */
export async function listApprovals(ledger: Table, link: Link, now: Date): Promise<PurchaseApproval[] | Refusal> {
  const refusal = await refuseStranger(ledger, link, now);
  if (refusal) return refusal;
  const { pk, prefix } = purchaseApprovalsOf(link.userId);
  const items = await queryUpTo(
    ledger,
    {
      KeyConditionExpression: 'pk = :ward AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':ward': pk, ':prefix': prefix },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    mostListed,
  );
  return items.map(parsePurchaseApproval).filter(({ guardianId }) => guardianId === link.guardianId);
}
