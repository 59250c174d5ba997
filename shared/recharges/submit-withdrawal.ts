import { minor } from '../money/units.ts';
import type { Claim } from '../providers/payment.ts';
import { RefundRefused } from '../providers/refund-refused.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { parseWithdrawal, type Withdrawal } from '../store/items/withdrawal.ts';
import { withdrawalKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import { mergeReport } from './claims.ts';
import { findRecharge } from './find-recharge.ts';
import type { PaymentProviders } from './payment-provider.ts';
import { carryOut } from './take-back.ts';

type Stores = { ledger: Table; providers: PaymentProviders };

/**
 * Asks the provider for the refund of a withdrawal, and keeps how that ended. It may be repeated at any time and by several
 * at once: the provider gives the money back once for a reference.
 * @throws ProviderOutcomeUnknown and anything else that leaves the outcome open; the withdrawal stays as it is.
 */
export async function submitWithdrawal(stores: Stores, withdrawal: Withdrawal, now: Date): Promise<Withdrawal> {
  const { rechargeId, claimId, amountMinor } = withdrawal;
  const order = await findRecharge(stores.ledger, rechargeId);
  const provider = order && (await stores.providers[order.provider]?.());
  if (!order || !provider?.refund) throw new Error(`Nobody can give the payment of the recharge ${rechargeId} back.`);
  try {
    const claim = await provider.refund(order, { claimId, amountMinor: minor(amountMinor) });
    return await settle(stores.ledger, withdrawal, { claim, now });
  } catch (error) {
    if (!(error instanceof RefundRefused)) throw error;
    return settle(stores.ledger, withdrawal, { reason: error.code, now });
  }
}

type End = { now: Date } & ({ claim: Claim } | { reason: string });

/** The claim, the wallet and the withdrawal change in one transaction; what the provider's events told before stays. */
async function settle(ledger: Table, withdrawal: Withdrawal, end: End): Promise<Withdrawal> {
  const { withdrawalId, rechargeId, claimId } = withdrawal;
  return untilUnchanged(`The wallet of recharge ${rechargeId}`, async () => {
    const order = await findRecharge(ledger, rechargeId);
    if (!order) throw new Error(`The recharge ${rechargeId} of a withdrawal is gone.`);
    const claimed = { ...order, ...mergeReport(order, { claim: claimAfter(order, withdrawal, end) }) };
    const settled = settledAs(withdrawal, { claimed, reason: 'reason' in end ? end.reason : 'refund_failed' });
    const written = await carryOut(ledger, { order, claimed, now: end.now, event: keep(settled) });
    if (written) return settled;
    const item = await readItem(ledger, withdrawalKey(withdrawalId));
    if (!item) throw new Error(`The withdrawal ${withdrawalId} of the claim ${claimId} is gone.`);
    const current = parseWithdrawal(item);
    return current.state === 'requested' ? changedMeanwhile : current;
  });
}

/** A refusal ends only what nobody has heard of: the provider's own news of the refund outweighs it. */
function claimAfter(order: Recharge, { claimId, amountMinor }: Withdrawal, end: End): Claim {
  if ('claim' in end) return end.claim;
  const refused = { kind: 'refund', claimId, amountMinor: minor(amountMinor), at: end.now.toISOString() } as const;
  const known = order.claims?.[claimId];
  if (known?.kind === 'refund' && known.state !== 'requested')
    return { ...refused, ...known, amountMinor: refused.amountMinor };
  return { ...refused, state: 'failed' };
}

function settledAs(withdrawal: Withdrawal, { claimed, reason }: { claimed: Recharge; reason: string }): Withdrawal {
  const { dueBucket: _, dueAt: __, ...rest } = withdrawal;
  const isRefused = claimed.claims?.[withdrawal.claimId]?.state === 'failed';
  return isRefused ? { ...rest, state: 'refused', reason } : { ...rest, state: 'refunded' };
}

function keep({ withdrawalId, state, reason }: Withdrawal): Write<string> {
  return {
    update: {
      Key: withdrawalKey(withdrawalId),
      ConditionExpression: '#state = :requested',
      UpdateExpression: `SET #state = :state${reason === undefined ? '' : ', reason = :reason'} REMOVE dueBucket, dueAt`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':requested': 'requested',
        ':state': state,
        ...(reason !== undefined && { ':reason': reason }),
      },
    },
    failure: () => 'withdrawal',
  };
}
