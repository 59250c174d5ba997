import type { Catalog } from '../catalog/catalog.ts';
import { count } from '../observability.ts';
import type { StripePayment } from '../providers/stripe-payment.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { mayTake } from '../store/state-machine.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { creditOf, creditWallet, entryOf } from './credit-wallet.ts';
import { findRecharge } from './find-recharge.ts';
import { disagreementOfPaid } from './judge-payment.ts';
import { payOrder } from './order-updates.ts';
import { appliedEvent, ignoreEvent, type Notice, parkEvent } from './provider-events.ts';
import { rechargeTransitions } from './states.ts';

export type SettlementStores = { ledger: Table; catalog: Catalog };

export type Settlement = 'credited' | 'already_credited' | 'parked';

/**
 * Credits a payment that succeeded, once: the order's change to `paid`, the coins, the statement's line and the event are
 * one transaction. Whoever reports the payment (an event, its repetition, another kind of event, the sweep) comes through
 * here, at any time and in any number; all but the first find the order paid.
 * @throws Contention when the wallet changed on every attempt; nothing is credited then, and the report must be repeated.
 */
export async function settlePayment(
  stores: SettlementStores,
  { rechargeId, payment, notice }: { rechargeId: string; payment: StripePayment; notice: Notice },
): Promise<Settlement> {
  return untilUnchanged(`The wallet of recharge ${rechargeId}`, async () => {
    const order = await findRecharge(stores.ledger, rechargeId);
    const reason = disagreementOfPaid(order, payment);
    if (!order || reason) return park(stores.ledger, notice, reason ?? 'recharge_unknown');
    if (!mayTake(rechargeTransitions.pay, order.state)) {
      await ignoreEvent(stores.ledger, notice, 'already_credited');
      return 'already_credited';
    }
    const wallet = await readItem(stores.ledger, walletKey(order.userId));
    if (!wallet) return park(stores.ledger, notice, 'wallet_unknown');
    const credited = await credit(stores, { order, wallet: parseWallet(wallet), payment, notice });
    return credited ? 'credited' : changedMeanwhile;
  });
}

async function park(ledger: Table, notice: Notice, reason: string): Promise<Settlement> {
  await parkEvent(ledger, notice, reason);
  return 'parked';
}

type Due = { order: Recharge; wallet: Wallet; payment: StripePayment; notice: Notice };
type Obstacle = 'order' | 'wallet' | 'entry' | 'event';

/** Whether it was credited; if not, the order or the wallet has changed since it was read. */
async function credit(stores: SettlementStores, due: Due): Promise<boolean> {
  const { rechargeId, coins } = due.order;
  const written = await transact(stores.ledger, await creditWrites(stores, due));
  if (written.committed) {
    count('RechargesPaid');
    count('CoinsSold', coins);
    return true;
  }
  const obstacles = written.failures;
  if (obstacles.includes('order') || obstacles.includes('wallet')) return false;
  throw new Error(`The recharge ${rechargeId} is not paid, but there is already its: ${obstacles.join(', ')}.`);
}

async function creditWrites(stores: SettlementStores, due: Due): Promise<Write<Obstacle>[]> {
  const { order, wallet, payment, notice } = due;
  const { rechargeId, userId } = order;
  const { now } = notice;
  const bonusDays = order.bonusCoins > 0 ? await bonusDaysAt(stores.catalog, now) : 0;
  const change = creditOf(wallet, order, { now, bonusDays });
  const { paymentIntentId } = payment;
  return [
    { update: payOrder({ rechargeId, paymentIntentId, paidAt: now.toISOString() }), failure: () => 'order' },
    creditWallet<Obstacle>(wallet, change, 'wallet'),
    {
      put: {
        Item: { ...walletEntryKey({ userId, flow: 'recharge', entryId: rechargeId }), ...entryOf(order, change, now) },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
      failure: () => 'entry',
    },
    appliedEvent<Obstacle>(notice, 'event'),
  ];
}

/** For how long bonus coins are good, as it is in force when they arrive. */
async function bonusDaysAt(catalog: Catalog, now: Date): Promise<number> {
  const { value } = await catalog.current('packages', now);
  return value.bonusExpiresAfterDays;
}
