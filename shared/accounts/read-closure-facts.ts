import * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { findCredited } from '../earnings/prune-outbox.ts';
import { exposureOf } from '../recharges/claims.ts';
import { decideWithdrawal } from '../recharges/decide-withdrawal.ts';
import { openStates } from '../recharges/states.ts';
import { placeOf } from '../recharges/unspent-coins.ts';
import { isRefusal } from '../refusals.ts';
import { openReservations } from '../shop/open-reservations.ts';
import { orderLinePrefix } from '../store/account-keys.ts';
import { OrderLine } from '../store/items/account.ts';
import { parseRecharge, type Recharge } from '../store/items/recharge.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { purchaseKeyPrefix, rechargeKey, walletKey } from '../store/keys.ts';
import { queryAll, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { ClosureFacts, Withdrawable } from './decide-closure.ts';
import { creatorsWithEarnings } from './owned-creators.ts';

/**
 * All that closing is decided from. What began after the wallet was read has changed the wallet's version, or that of the use of purchase
 * limits, and the decision does not hold then. What is paid on an order that had expired is credited all the same, and settled later.
 */
export async function readClosureFacts(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  wallet: Wallet,
  now: Date,
): Promise<ClosureFacts> {
  const [credited, reservations, orders, creators] = await Promise.all([
    findCredited(ledger, [wallet]),
    openReservations(ledger, wallet.userId),
    ordersOf(ledger, wallet.userId),
    creatorsWithEarnings(ledger, wallet.userId),
  ]);
  const known = new Set(credited.of(wallet));
  return {
    wallet,
    waitingGifts: Object.keys(wallet.outbox).filter((giftId) => !known.has(giftId)),
    openReservations: reservations.map(({ reservationId }) => reservationId),
    openOrders: orders.filter(isOpen).map(({ rechargeId }) => rechargeId),
    disputedRecharges: orders.filter((order) => exposureOf(order).atStakeMinor > 0).map(({ rechargeId }) => rechargeId),
    withdrawable: await findWithdrawable({ ledger, catalog }, { wallet, orders, now }),
    creatorsWithEarnings: creators,
  };
}

/** Whether it can still be paid, as far as the provider has said: a quoted price holds for minutes, but a bank may take days to pay it. */
function isOpen({ state }: Recharge): boolean {
  return openStates.some((open) => open === state);
}

/** Every order of a user: by the line that it was given when it was made, and paid ones from before there were such lines by theirs. */
export async function ordersOf(ledger: Table, userId: string): Promise<Recharge[]> {
  const ids = new Set<string>();
  for (const prefix of [orderLinePrefix, purchaseKeyPrefix])
    for await (const line of itemsOf(ledger, { userId, prefix })) ids.add(z.parse(OrderLine, line).rechargeId);
  return (await readItems(ledger, [...ids].map(rechargeKey))).map(parseRecharge);
}

function itemsOf(ledger: Table, { userId, prefix }: { userId: string; prefix: string }) {
  return queryAll(ledger, {
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':user': walletKey(userId).pk, ':prefix': prefix },
    ConsistentRead: true,
  });
}

async function findWithdrawable(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { wallet, orders, now }: { wallet: Wallet; orders: Recharge[]; now: Date },
): Promise<Withdrawable[]> {
  if (wallet.paid === 0) return [];
  const rules = (await catalog.current('refunds', now)).value;
  const found: Withdrawable[] = [];
  for (const order of orders) {
    if (order.state !== 'paid') continue;
    // Most are refused for their age or their store; the coins are counted only for the others.
    const whole = { wallet, unspentCoins: order.coins + wallet.owed };
    if (isRefusal(decideWithdrawal({ order, standing: whole, rules, now }))) continue;
    const { unspentCoins } = await placeOf(ledger, order, wallet.paid);
    const amountMinor = decideWithdrawal({ order, standing: { wallet, unspentCoins }, rules, now });
    if (isRefusal(amountMinor)) continue;
    found.push({ rechargeId: order.rechargeId, amountMinor, currency: order.currency });
  }
  return found;
}
