import { openCampaigns } from '../campaigns/open-campaigns.ts';
import { partsOfOrder } from '../campaigns/order-parts.ts';
import { countUsedUp } from '../campaigns/used-up.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { approvalFor } from '../guardians/purchase-approvals.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { orderLineKey } from '../store/account-keys.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { PurchaseUse } from '../store/items/purchase-use.ts';
import { parseRecharge, type Recharge } from '../store/items/recharge.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { dueBucketOf, rechargeKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';
import { currentRules } from '../users/current-rules.ts';
import { isAccountClosed } from '../users/is-account-closed.ts';
import { readPurchaseUse, writePurchaseUse } from './count-purchase.ts';
import { findRecharge } from './find-recharge.ts';
import { isPayable, nextLookUp } from './look-up-schedule.ts';
import { rememberPayment, rememberSession } from './order-updates.ts';
import { pointToOrder } from './payment-pointers.ts';
import type { OpenedPayment, PaymentProviders } from './payment-provider.ts';
import { limitsOf, refuseByLimits, usdMinorOf } from './purchase-limits.ts';
import { currentUse, withOrder } from './purchase-use.ts';
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

/** Orders of one user go one after the other; ten at once are far more than one user was seen to need. */
const placeAttempts = 10;

/**
 * Puts the order together with what it takes of the user's limits, or finds the one that this request made before: that one is
 * looked for before any refusal is given.
 */
async function placeOrder(stores: CheckoutStores, command: CreateRecharge, now: Date): Promise<Placed | Refusal> {
  return untilUnchanged(
    `What user ${command.userId} has bought lately`,
    async () => {
      const plan = await planOrder(stores, command, now);
      if (!isRefusal(plan) && plan.guardianId === undefined) return putOrder(stores.ledger, plan, command);
      const earlier = await findRecharge(stores.ledger, command.rechargeId);
      if (earlier) return replay(earlier, command);
      return isRefusal(plan) ? plan : putApproved(stores, plan, command);
    },
    placeAttempts,
  );
}

/** What a part of the transaction that puts an order is told by: somebody else wrote it meanwhile. */
type Changed = 'use' | 'approval' | 'campaign';

/**
 * `use` is what is used of the user's limits with the order, `parts` what it takes of campaigns; `guardianId` who must
 * approve it, if anybody must.
 */
type Plan = {
  order: Recharge;
  use: PurchaseUse;
  parts: Write<'campaign'>[];
  guardianId: string | undefined;
  now: Date;
};

async function planOrder(
  { ledger, catalog }: CheckoutStores,
  command: CreateRecharge,
  now: Date,
): Promise<Plan | Refusal> {
  // First of all: whoever closes the account afterwards moves its version on, so that this order is not put.
  const known = await readPurchaseUse(ledger, command.userId);
  const [walletItem, packages, limits, switches] = await Promise.all([
    readItem(ledger, walletKey(command.userId)),
    catalog.current('packages', now),
    catalog.current('limits', now),
    catalog.current('switches', now),
  ]);
  const wallet = walletItem && parseWallet(walletItem);
  const { channel, provider } = command;
  const campaigns =
    wallet &&
    (await openCampaigns({ ledger, catalog }, { wallet, occasion: { region: wallet.region, channel, provider, now } }));
  const quote = quoteRecharge(command, { wallet, packages, switches, campaigns, now });
  if (isRefusal(quote)) return quote;
  const usdMinor = usdMinorOf(quote, limits);
  const use = currentUse(known, now);
  const refusal = refuseByLimits({ use, limits: limitsOf(limits, quote.region), usdMinor, now });
  if (refusal) return refusal;
  const guardian = wallet && currentRules(wallet, now)?.guardian;
  if (guardian && (await isAccountClosed(ledger, guardian.userId))) return guardianGone();
  const guardianId = guardian?.purchases === 'approval' ? guardian.userId : undefined;
  const order = withLookUp({ ...quote, usdMinor }, now);
  const parts = campaigns ? partsOfOrder(order, campaigns, now) : [];
  if (campaigns) countUsedUp(order, campaigns);
  return { order, use: withOrder(use, usdMinor, now), parts, guardianId, now };
}

/** Whoever buys under a guardian's eyes needs one who is there. */
function guardianGone(): Refusal {
  return refuse('purchases_blocked', "The account of the user's guardian is closed: the user needs another guardian.");
}

/** Makes an order that the guardian has approved, or asks the guardian; an order that was made before needs neither. */
async function putApproved({ ledger, catalog }: CheckoutStores, plan: Plan, command: CreateRecharge) {
  const { order: wanted, guardianId, now } = plan;
  if (guardianId === undefined) throw new Error(`Nobody has to approve the recharge ${wanted.rechargeId}.`);
  const { approvalHours } = (await catalog.current('spending', now)).value;
  const { rechargeId, userId, packageId, channel, provider, coins, bonusCoins, priceMinor, currency } = wanted;
  const purchase = { rechargeId, userId, packageId, channel, provider, coins, bonusCoins, priceMinor, currency };
  const approval = await approvalFor(ledger, { wanted: purchase, guardianId, approvalHours, now });
  return isRefusal(approval) ? approval : putOrder(ledger, plan, command, [approval]);
}

async function putOrder(
  ledger: Table,
  { order, use, parts }: Plan,
  command: CreateRecharge,
  more: Write<'approval'>[] = [],
) {
  const { rechargeId, userId } = order;
  const written = await transact<{ earlier: Item | undefined } | Changed>(ledger, [
    {
      put: { Item: { ...rechargeKey(rechargeId), ...order }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: (earlier) => ({ earlier }),
    },
    writePurchaseUse(userId, use, 'use'),
    ...parts,
    { put: { Item: { ...orderLineKey(order), rechargeId } }, failure: () => 'use' },
    ...more,
  ]);
  if (written.committed) return { order, replayed: false };
  const [obstacle] = written.failures;
  if (typeof obstacle === 'string') return changedMeanwhile;
  if (!obstacle?.earlier)
    throw new Error(`DynamoDB refused to put the order ${rechargeId} and did not say which order is there.`);
  return replay(parseRecharge(obstacle.earlier), command);
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
