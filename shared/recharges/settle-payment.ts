import { hasReleased, takeAgain } from '../campaigns/order-parts.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isCurrency } from '../money/currency.ts';
import { count, logger } from '../observability.ts';
import { isAppStore, type Payment } from '../providers/payment.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { dueBucketOf, purchaseKey, walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { mayTake } from '../store/state-machine.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { awaitedInList } from './awaited-in-list.ts';
import { hasClaim } from './claims.ts';
import { countPayment } from './count-purchase.ts';
import { creditOf, entryOf, writeBalances } from './credit-wallet.ts';
import { findRecharge } from './find-recharge.ts';
import { disagreementOfPaid } from './judge-payment.ts';
import { type LateBonus, payOrder, type Sold } from './order-updates.ts';
import { pointToOrder } from './payment-pointers.ts';
import { appliedEvent, ignoreEvent, type Notice, parkEvent } from './provider-events.ts';
import { rechargeTransitions } from './states.ts';
import { carryOutClaims } from './take-back.ts';
import { readWaiting, stillWaiting } from './waiting-claims.ts';

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
  { rechargeId, payment, notice }: { rechargeId: string; payment: Payment; notice: Notice },
): Promise<Settlement> {
  const settlement = await untilUnchanged(`The wallet of recharge ${rechargeId}`, async () => {
    const order = await findRecharge(stores.ledger, rechargeId);
    const reason = disagreementOfPaid(order, payment);
    if (!order || reason) return park(stores.ledger, notice, reason ?? 'recharge_unknown');
    if (!mayTake(rechargeTransitions.pay, order.state)) {
      await ignoreEvent(stores.ledger, notice, 'already_credited');
      return 'already_credited';
    }
    const wallet = await readItem(stores.ledger, walletKey(order.userId));
    if (!wallet) return park(stores.ledger, notice, 'wallet_unknown');
    const outcome = await credit(stores, { order, wallet: parseWallet(wallet), payment, notice });
    if (outcome === 'taken') return park(stores.ledger, notice, 'payment_taken');
    return outcome === 'changed' ? changedMeanwhile : outcome;
  });
  // Whoever finds it paid sees to them as well, in case the first one died in between.
  if (settlement !== 'parked') await carryOutClaims(stores.ledger, rechargeId, notice.now);
  return settlement;
}

async function park(ledger: Table, notice: Notice, reason: string): Promise<Settlement> {
  await parkEvent(ledger, notice, reason);
  return 'parked';
}

type Due = { order: Recharge; wallet: Wallet; payment: Payment; notice: Notice };
type Obstacle = 'order' | 'use' | 'campaign' | 'payment' | 'wallet' | 'entry' | 'event' | 'claims';

/** Claims that were there before the payment are seen to at once; the sweep does it when the function died before. */
const claimsDueMilliseconds = 60_000;

/** `changed` when the order or the wallet is no longer what was read, `taken` when the payment is for another order. */
async function credit(stores: SettlementStores, due: Due): Promise<'credited' | 'changed' | 'taken'> {
  const { rechargeId, coins } = due.order;
  const written = await transact(stores.ledger, await creditWrites(stores, due));
  if (written.committed) {
    count('RechargesPaid');
    count('CoinsSold', coins * (due.payment.quantity ?? 1));
    reportStorefront(due);
    return 'credited';
  }
  const obstacles = written.failures;
  if (obstacles.includes('payment')) return 'taken';
  if (obstacles.some((obstacle) => mayChange.has(obstacle))) return 'changed';
  throw new Error(`The recharge ${rechargeId} is not paid, but there is already its: ${obstacles.join(', ')}.`);
}

/** What others may have written since it was read; everything else is written once. */
const mayChange = new Set<Obstacle>(['order', 'use', 'campaign', 'wallet', 'claims']);

async function creditWrites(stores: SettlementStores, due: Due): Promise<Write<Obstacle>[]> {
  const { wallet, payment, notice } = due;
  const { now } = notice;
  const { late, parts } = await lateCampaigns(stores, due);
  const sold = { ...late, ...soldByStore({ ...due.order, ...late }, payment) };
  const order = { ...due.order, ...sold };
  const { rechargeId, userId } = order;
  const bonusDays = order.bonusCoins > 0 ? await bonusDaysOf(stores.catalog, order, now) : 0;
  const change = creditOf(wallet, order, { now, bonusDays });
  const { provider, paymentId } = payment;
  const paidAt = now.toISOString();
  const waiting = await readWaiting(stores.ledger, payment);
  const hasClaims = waiting !== undefined || hasClaim(order);
  const { bonusExpiresAt, amounts } = change;
  const paid = { paymentId, paidAt, inPaid: amounts.paidCoins, ...sold, ...(bonusExpiresAt && { bonusExpiresAt }) };
  const dueNext = hasClaims ? dueSoon(rechargeId, now) : awaitedInList({ ...order, paidAt });
  // Nobody adds to the claims that wait for a payment once it points to its order.
  const isPointedTo = order.paymentId === paymentId;
  return [
    { update: payOrder(order, { ...paid, ...dueNext }), failure: () => 'order' },
    pointToOrder({ provider, paymentId, rechargeId }, () => 'payment'),
    ...(isPointedTo ? [] : [stillWaiting<Obstacle>(payment, waiting, 'claims')]),
    writeBalances<Obstacle>(wallet, change, 'wallet'),
    ...(await countPayment(stores.ledger, { order: due.order, paid: order, now })),
    ...parts,
    { put: { Item: { ...purchaseKey({ userId, paidAt, rechargeId }), rechargeId } }, failure: () => 'entry' },
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

/**
 * An order that had expired has given back what it held of campaigns. It takes that again when it is paid after all; where
 * there is no room left, the package's own bonus takes the place of the campaign's. Its price stays, because it was paid.
 */
async function lateCampaigns(
  stores: SettlementStores,
  { order, notice }: Due,
): Promise<{ late: LateBonus; parts: Write<Obstacle>[] }> {
  if (!hasReleased(order)) return { late: {}, parts: [] };
  const parts = await takeAgain(stores, order, notice.now);
  if (parts) return { late: { campaignsReleased: false }, parts };
  logger.info('late payment without its campaign', { rechargeId: order.rechargeId });
  const { ownBonus } = order;
  const late = ownBonus && { bonusCoins: ownBonus.coins, bonusWorthBasisPoints: ownBonus.worthBasisPoints };
  return { late: late ?? {}, parts: [] };
}

function dueSoon(rechargeId: string, now: Date) {
  const dueAt = new Date(now.getTime() + claimsDueMilliseconds).toISOString();
  return { dueBucket: dueBucketOf({ kind: 'recharge', id: rechargeId }), dueAt };
}

/**
 * An app store asks its own price, in a currency of its own, and may let the buyer take several of the package; the order
 * is kept as it was sold.
 */
function soldByStore(order: Recharge, payment: Payment): Sold {
  const { provider, amountReceivedMinor, currency, quantity = 1, storefront: soldIn } = payment;
  if (!isAppStore(provider) || !isCurrency(currency)) return {};
  const paid = { minor: amountReceivedMinor, currency };
  const sold = { paid, ...(soldIn !== undefined && { soldIn }) };
  if (quantity === 1) return sold;
  const { coins, priceMinor, usdMinor } = order;
  return {
    ...sold,
    quantity,
    ...(usdMinor !== undefined && { usdMinor: usdMinor * quantity }),
    coins: coins * quantity,
    bonusCoins: bonusOfSeveral(order, quantity),
    priceMinor: priceMinor * quantity,
  };
}

/** A campaign gives its bonus once for an order; the other packages bring their own. */
function bonusOfSeveral({ bonusCoins, ownBonus }: Recharge, quantity: number): number {
  return bonusCoins + (ownBonus?.coins ?? bonusCoins) * (quantity - 1);
}

/** A paid receipt is not refused for the store that sold it, whose country may be the buyer's for good reasons. */
function reportStorefront({ order, payment }: Due): void {
  const { rechargeId, region } = order;
  const { storefront: soldIn } = payment;
  if (soldIn === undefined || soldIn === region) return;
  count('StorefrontsDiffer');
  logger.warn('sold in another region', { rechargeId, region, soldIn });
}

/** For how long bonus coins are good: a campaign's as it was quoted, others as it is in force when they arrive. */
async function bonusDaysOf(catalog: Catalog, order: Recharge, now: Date): Promise<number> {
  if (order.bonusExpiresAfterDays !== undefined && !hasReleased(order)) return order.bonusExpiresAfterDays;
  const { value } = await catalog.current('packages', now);
  return value.bonusExpiresAfterDays;
}
