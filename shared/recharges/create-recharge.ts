import type { Catalog } from '../catalog/catalog.ts';
import { minor } from '../money/units.ts';
import type { OpenedPayment, StripePayments } from '../providers/stripe.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { parseRecharge, type Recharge } from '../store/items/recharge.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { dueBucketOf, rechargeKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import { findRecharge } from './find-recharge.ts';
import { isPayable, nextLookUp } from './look-up-schedule.ts';
import { rememberPayment } from './order-updates.ts';
import { type CreateRecharge, isSameRequest, keyReused, type Quote, quoteRecharge } from './quote-recharge.ts';

export type CheckoutStores = { ledger: Table; catalog: Catalog; payments: () => Promise<StripePayments> };

/** An order, the buyer's means to pay it while it can be paid, and whether this request was a repetition. */
export type Checkout = { order: Recharge; clientSecret?: string; replayed: boolean };

/**
 * Quotes a package, keeps the quote as an order, and opens the payment for it. Each step may be repeated under the same
 * key: the order is put once, and Stripe gives the same payment for the same order. So a request that broke off anywhere
 * is carried on by its repetition, and two at once end with one order and one payment.
 * @throws ProviderOutcomeUnknown when Stripe gave no answer; the order is kept, and the same request carries on.
 */
export async function createRecharge(
  stores: CheckoutStores,
  command: CreateRecharge,
  now: Date,
): Promise<Checkout | Refusal> {
  const placed = await placeOrder(stores, command, now);
  if (isRefusal(placed)) return placed;
  const { order, replayed } = placed;
  if (!isPayable(order, now)) return { order, replayed };
  const opened = await openPayment(await stores.payments(), order);
  const remembered = await remember(stores.ledger, order, opened);
  // An event or the sweep may have settled the order meanwhile; then there is nothing left to pay.
  if (!isPayable(remembered, now)) return { order: remembered, replayed };
  return { order: remembered, clientSecret: opened.clientSecret, replayed };
}

type Placed = { order: Recharge; replayed: boolean };

/** Puts the order, or finds the one that this request made before: that one is looked for before any refusal is given. */
async function placeOrder(stores: CheckoutStores, command: CreateRecharge, now: Date): Promise<Placed | Refusal> {
  const quote = await quoteFromStores(stores, command, now);
  if (isRefusal(quote)) {
    const earlier = await findRecharge(stores.ledger, command.rechargeId);
    return earlier ? replay(earlier, command) : quote;
  }
  const order = withLookUp(quote, now);
  const { rechargeId } = order;
  const written = await transact(stores.ledger, [
    {
      put: { Item: { ...rechargeKey(rechargeId), ...order }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: (current) => current,
    },
  ]);
  if (written.committed) return { order, replayed: false };
  const [earlier] = written.failures;
  if (!earlier)
    throw new Error(`DynamoDB refused to put the order ${rechargeId} and did not say which order is there.`);
  return replay(parseRecharge(earlier), command);
}

async function quoteFromStores({ ledger, catalog }: CheckoutStores, command: CreateRecharge, now: Date) {
  const [wallet, packages] = await Promise.all([
    readItem(ledger, walletKey(command.userId)),
    catalog.current('packages', now),
  ]);
  return quoteRecharge(command, { wallet: wallet && parseWallet(wallet), packages, now });
}

/** The sweep looks after an order from the start, so that none is forgotten however its request ends. */
function withLookUp(quote: Quote, now: Date): Recharge {
  const dueAt = nextLookUp(quote, now);
  return dueAt === undefined
    ? quote
    : { ...quote, dueBucket: dueBucketOf({ kind: 'recharge', id: quote.rechargeId }), dueAt };
}

function replay(order: Recharge, command: CreateRecharge): Placed | Refusal {
  return isSameRequest(order, command) ? { order, replayed: true } : keyReused(command.rechargeId);
}

/** Everything in the call comes from the order, so that a repetition is the same request to Stripe. */
function openPayment(payments: StripePayments, order: Recharge): Promise<OpenedPayment> {
  const { rechargeId, userId, priceMinor, currency, coins, bonusCoins } = order;
  const description = `${coins + bonusCoins} coins`;
  return payments.createPaymentIntent({ rechargeId, userId, amountMinor: minor(priceMinor), currency, description });
}

async function remember(
  ledger: Table,
  { rechargeId }: Recharge,
  { paymentIntentId }: OpenedPayment,
): Promise<Recharge> {
  const remembered = await updateIf(ledger, rememberPayment({ rechargeId, paymentIntentId }));
  if (remembered.applied) return parseRecharge(remembered.item);
  throw new Error(`The recharge ${rechargeId} has another payment than ${paymentIntentId}, which Stripe gave for it.`);
}
