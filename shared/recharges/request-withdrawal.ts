import type { Catalog } from '../catalog/catalog.ts';
import { logger } from '../observability.ts';
import type { Claim } from '../providers/payment.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { moneyOf, nothingBack } from '../store/items/recharge.ts';
import { parseWithdrawal, type Withdrawal } from '../store/items/withdrawal.ts';
import { dueBucketOf, withdrawalKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { mergeReport } from './claims.ts';
import { decideTakingBack } from './decide-taking-back.ts';
import { decideWithdrawal, nothingToWithdraw } from './decide-withdrawal.ts';
import { getRecharge } from './find-recharge.ts';
import type { PaymentProviders } from './payment-provider.ts';
import { submitWithdrawal } from './submit-withdrawal.ts';
import { carryOut, standingOf } from './take-back.ts';

export type WithdrawalStores = { ledger: Table; catalog: Catalog; providers: PaymentProviders };
export type RequestWithdrawal = { withdrawalId: string; rechargeId: string };
export type Withdrawn = { withdrawal: Withdrawal; replayed: boolean };

/** The request itself asks the provider within half a minute; the sweep takes over after it. */
const sweptAfterMilliseconds = 120_000;

/**
 * Gives back what is unused of a purchase: the coins are frozen, and then the provider is asked for the refund. When its
 * outcome is not known, the sweep asks again under the same reference, until it is.
 * @throws Contention when the wallet changed on every attempt; nothing has happened then.
 */
export async function requestWithdrawal(
  stores: WithdrawalStores,
  command: RequestWithdrawal,
  now: Date,
): Promise<Withdrawn | Refusal> {
  const kept = await keepWithdrawal(stores, command, now);
  if (isRefusal(kept) || kept.withdrawal.state !== 'requested') return kept;
  try {
    return { ...kept, withdrawal: await submitWithdrawal(stores, kept.withdrawal, now) };
  } catch (error) {
    // The coins are frozen and the withdrawal is kept: that is what the buyer is told, and the sweep does the rest.
    logger.warn('refund not asked for yet', { withdrawalId: command.withdrawalId, error: error as Error });
    return kept;
  }
}

/** Freezes the coins and keeps the withdrawal, or finds the one that this request made before. */
async function keepWithdrawal(
  { ledger, catalog }: WithdrawalStores,
  command: RequestWithdrawal,
  now: Date,
): Promise<Withdrawn | Refusal> {
  const { withdrawalId, rechargeId } = command;
  return untilUnchanged(`The wallet of recharge ${rechargeId}`, async () => {
    const earlier = await findEarlier(ledger, command);
    if (earlier) return earlier;
    const order = await getRecharge(ledger, rechargeId);
    if (isRefusal(order)) return order;
    const standing = order.state === 'paid' ? await standingOf(ledger, order) : undefined;
    const rules = (await catalog.current('refunds', now)).value;
    const amountMinor = decideWithdrawal({ order, standing, rules, now });
    // The same request may have succeeded since, at another's hand, and be the reason why there is nothing left.
    if (isRefusal(amountMinor)) return (await findEarlier(ledger, command)) ?? amountMinor;
    const claimId = `withdrawal-${withdrawalId}`;
    const claim: Claim = { kind: 'refund', state: 'requested', claimId, amountMinor, at: now.toISOString() };
    const claimed = { ...order, ...mergeReport(order, { claim }) };
    const taking = standing && decideTakingBack({ order: claimed, ...standing, now });
    // A cent may be worth less than a coin, and would be given for none.
    if (!standing || !taking) return nothingToWithdraw(rechargeId);
    const { back: before = nothingBack } = order;
    const withdrawal: Withdrawal = {
      withdrawalId,
      rechargeId,
      claimId,
      coins: taking.back.frozenCoins - before.frozenCoins,
      bonusCoins: taking.back.frozenPromoCoins - before.frozenPromoCoins,
      amountMinor,
      currency: moneyOf(order).currency,
      state: 'requested',
      requestedAt: now.toISOString(),
      dueBucket: dueBucketOf({ kind: 'withdrawal', id: withdrawalId }),
      dueAt: new Date(now.getTime() + sweptAfterMilliseconds).toISOString(),
    };
    const written = await carryOut(ledger, {
      order,
      claimed,
      now,
      taking: { ...taking, wallet: standing.wallet, laterSpentCoins: standing.laterSpentCoins },
      event: putOnce(withdrawal),
    });
    return written ? { withdrawal, replayed: false } : changedMeanwhile;
  });
}

function putOnce(withdrawal: Withdrawal) {
  return {
    put: {
      Item: { ...withdrawalKey(withdrawal.withdrawalId), ...withdrawal },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: () => 'withdrawal',
  };
}

async function findEarlier(ledger: Table, command: RequestWithdrawal): Promise<Withdrawn | Refusal | undefined> {
  const { withdrawalId, rechargeId } = command;
  const item = await readItem(ledger, withdrawalKey(withdrawalId));
  if (!item) return undefined;
  const earlier = parseWithdrawal(item);
  if (earlier.rechargeId === rechargeId) return { withdrawal: earlier, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to a withdrawal from another recharge: use a new key for a new withdrawal.',
    { withdrawalId },
  );
}
