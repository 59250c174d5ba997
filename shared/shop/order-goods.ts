import type { CatalogVersion, Switches } from '../catalog/schemas.ts';
import type { GoodsDefinition } from '../catalog/shop-schema.ts';
import type { SpendingRules } from '../catalog/spending-rules.ts';
import { isOn, switchedOff } from '../catalog/switches.ts';
import { largestAmount } from '../money/units.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { GoodsOrder, Reservation } from '../store/items/reservation.ts';
import { parseStock } from '../store/items/stock.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { dueBucketOf, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { stockKey } from '../store/shop-keys.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { spendableCoins } from '../users/balances.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { findReservation } from './find-reservation.ts';
import type { ShopStores } from './purchase-item.ts';
import { itemNotFound, refuseOffer } from './refuse-offer.ts';
import { reserveCoins, setAside } from './reservation-writes.ts';
import type { GoodsOrderBody } from './schemas.ts';
import { moveStock } from './stock-writes.ts';
import { decidePayment } from './wallet-change.ts';

export type OrderGoods = GoodsOrderBody & { orderId: string; now: Date };

export type Ordered = { order: GoodsOrder; walletCoins: number; replayed: boolean };

/**
 * Puts goods on hold, and the coins for them, once per key for ever: both or nothing, and never more than there are.
 * Refusals in this order: `item_not_found`, `switched_off`, `item_unavailable`, `price_changed`, `malformed_request` (too many),
 * `out_of_stock`, and those of the wallet; what was ordered before is answered before any of them.
 * @throws Contention when others were first on every attempt.
 */
export async function orderGoods({ ledger, catalog }: ShopStores, command: OrderGoods): Promise<Ordered | Refusal> {
  const [shop, switches, spending] = await Promise.all([
    catalog.current('shop', command.now),
    catalog.current('switches', command.now),
    catalog.current('spending', command.now),
  ]);
  const versions = { shop, switches: switches.value, rules: spending.value };
  return untilUnchanged(`The wallet or the stock of order ${command.orderId}`, async () => {
    const item = await readItem(ledger, walletKey(command.userId));
    if (!item) return userNotFound(command.userId);
    const wallet = parseWallet(item);
    const find = () => findReservation(ledger, { userId: command.userId, reservationId: command.orderId });
    const earlier = await find();
    if (earlier) return replay(earlier, command, spendableCoins(wallet, command.now));
    const ordered = await order(ledger, { ...versions, wallet, command });
    // What is sold out may have been sold to this very order, which another request has made meanwhile.
    return isRefusal(ordered) && (await find()) ? changedMeanwhile : ordered;
  });
}

type Offer = {
  shop: CatalogVersion<'shop'>;
  switches: Switches;
  rules: SpendingRules;
  wallet: Wallet;
  command: OrderGoods;
};

async function order(
  ledger: Table,
  { shop, switches, rules, wallet, command }: Offer,
): Promise<Ordered | Refusal | typeof changedMeanwhile> {
  const { userId, orderId, quantity, unitPrice, now } = command;
  const definition = shop.value.goods.find(({ code }) => code === command.item);
  if (!definition) return itemNotFound(command.item);
  const refusal = refuseGoods(definition, { switches, region: wallet.region, command });
  if (refusal) return refusal;
  // Read before anything is tried: those who come too late for the last one do not stand in the way of those who hold it.
  if (await isSoldOut(ledger, command)) return outOfStock(command);
  const payment = decidePayment(wallet, { price: unitPrice * quantity, what: definition.code, rules, now });
  if (isRefusal(payment)) return payment;
  const expiresAt = new Date(now.getTime() + shop.value.reservationMinutes * 60_000).toISOString();
  const reservation: GoodsOrder = {
    reservationId: orderId,
    userId,
    ...setAside(payment),
    purpose: 'goods',
    state: 'reserved',
    item: definition.code,
    quantity,
    unitPrice,
    expiresAt,
    createdAt: now.toISOString(),
    catalogVersion: shop.version,
    dueBucket: dueBucketOf({ kind: 'reservation', id: orderId }),
    dueAt: expiresAt,
  };
  const written = await transact<'changed' | 'out_of_stock'>(ledger, [
    ...reserveCoins(wallet, { reservation, payment }),
    ...moveStock<'changed' | 'out_of_stock'>(reservation, 'reserved', { counter: 'out_of_stock', line: 'changed' }),
  ]);
  if (written.committed)
    return { order: reservation, walletCoins: spendableCoins(payment.change, now), replayed: false };
  // Where the wallet has changed too, it may have been by this very order.
  return written.failures.includes('changed') ? changedMeanwhile : outOfStock(command);
}

function refuseGoods(
  definition: GoodsDefinition,
  { switches, region, command }: { switches: Switches; region: string; command: OrderGoods },
): Refusal | undefined {
  const { mostAtOnce } = definition;
  const { quantity, unitPrice, now } = command;
  if (!isOn(switches, 'goods', region)) return switchedOff('goods', region);
  const refusal = refuseOffer(definition, { unitPrice, region, now });
  if (refusal) return refusal;
  if (quantity <= mostAtOnce && quantity * unitPrice <= largestAmount) return undefined;
  return refuse('malformed_request', `The body's quantity must be at most ${mostAtOnce}.`, { mostAtOnce });
}

async function isSoldOut(ledger: Table, { item, quantity }: OrderGoods): Promise<boolean> {
  const stock = await readItem(ledger, stockKey(item));
  return stock === undefined || parseStock(stock).left < quantity;
}

function outOfStock({ item, quantity }: OrderGoods): Refusal {
  return refuse('out_of_stock', `There are not ${quantity} of ${item} left.`, { item, quantity });
}

function replay(earlier: Reservation, command: OrderGoods, walletCoins: number): Ordered | Refusal {
  if (
    earlier.purpose === 'goods' &&
    earlier.item === command.item &&
    earlier.quantity === command.quantity &&
    earlier.unitPrice === command.unitPrice
  )
    return { order: earlier, walletCoins, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another order or promotion of this user: use a new key for a new order.',
    { orderId: command.orderId },
  );
}
