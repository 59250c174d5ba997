import type { Catalog } from '../catalog/catalog.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { parseRecharge, type Recharge } from '../store/items/recharge.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { dueBucketOf, rechargeKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import { findRecharge } from './find-recharge.ts';
import { isPayable, nextLookUp } from './look-up-schedule.ts';
import { rememberPayment, rememberSession } from './order-updates.ts';
import { pointToOrder } from './payment-pointers.ts';
import type { OpenedPayment, PaymentProviders } from './payment-provider.ts';
import { type CreateRecharge, isSameRequest, keyReused, type Quote, quoteRecharge } from './quote-recharge.ts';
import type { Checkout } from './schemas.ts';

export type CheckoutStores = { ledger: Table; catalog: Catalog; providers: PaymentProviders };

/** An order, the buyer's means to pay it while it can be paid, and whether this request was a repetition. */
export type Ordered = { order: Recharge; checkout?: Checkout; replayed: boolean };

/**
 * Quotes a package, keeps the quote as an order, and opens the payment for it. Each step may be repeated under the same
 * key: the order is put once, and the provider gives the same payment for the same order. So a request that broke off anywhere
 * is carried on by its repetition, and two at once end with one order and one payment.
 * @throws ProviderOutcomeUnknown when the provider gave no answer; the order is kept, and the same request carries on.
 */
export async function createRecharge(
  stores: CheckoutStores,
  command: CreateRecharge,
  now: Date,
): Promise<Ordered | Refusal> {
  const connect = stores.providers[command.provider];
  if (!connect) throw new Error(`Nobody told this function how to reach ${command.provider}.`);
  const placed = await placeOrder(stores, command, now);
  if (isRefusal(placed)) return placed;
  const { order, replayed } = placed;
  if (!isPayable(order, now)) return { order, replayed };
  const opened = await (await connect()).open(order);
  const remembered = await remember(stores.ledger, order, opened);
  // An event or the sweep may have settled the order meanwhile; then there is nothing left to pay.
  if (!isPayable(remembered, now)) return { order: remembered, replayed };
  return { order: remembered, checkout: opened.checkout, replayed };
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

/** Keeps which payment is the order's, on both sides: news of refunds and disputes name the payment alone. */
async function remember(ledger: Table, asked: Recharge, { paymentId, sessionId }: OpenedPayment): Promise<Recharge> {
  const { rechargeId, provider } = asked;
  if (sessionId !== undefined) {
    const updated = await updateIf(ledger, rememberSession({ rechargeId, sessionId }));
    if (updated.applied) return parseRecharge(updated.item);
    throw new Error(`The recharge ${rechargeId} has another session than ${sessionId}, which ${provider} gave for it.`);
  }
  // An app store tells its id of a payment with the receipt.
  if (paymentId === undefined) return asked;
  const remembered = await transact(ledger, [
    { update: rememberPayment({ rechargeId, paymentId }), failure: () => 'order' },
    pointToOrder({ provider, paymentId, rechargeId }, () => 'payment'),
  ]);
  const order = await findRecharge(ledger, rechargeId);
  if (remembered.committed && order) return order;
  throw new Error(`The recharge ${rechargeId} has another payment than ${paymentId}, which ${provider} gave for it.`);
}
