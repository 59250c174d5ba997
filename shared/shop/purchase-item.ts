import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogVersion } from '../catalog/schemas.ts';
import type { SpendingRules } from '../catalog/spending-rules.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { type PurchaseEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { spendableCoins } from '../users/balances.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { decideEntitlement } from './decide-entitlement.ts';
import { findEntitlement, putEntitlement } from './entitlements.ts';
import { itemNotFound, refuseOffer } from './refuse-offer.ts';
import type { PurchaseBody } from './schemas.ts';
import { coinsByLot, decidePayment, writeWallet } from './wallet-change.ts';

export type ShopStores = { ledger: Table; catalog: Catalog };

export type PurchaseItem = PurchaseBody & { purchaseId: string; now: Date };

export type Purchased = { entry: PurchaseEntry; walletCoins: number; replayed: boolean };

/**
 * Sells something of the catalogue: the coins, the line of the statement and the thing itself are one transaction at the
 * wallet's version, and happen once per key for ever. As with gifts, what once succeeded is answered before any refusal.
 * Refusals in this order: `item_not_found`, `item_unavailable`, `price_changed`, `item_owned`, and those of the wallet.
 * @throws Contention when the wallet changed on every attempt.
 */
export async function purchaseItem(
  { ledger, catalog }: ShopStores,
  command: PurchaseItem,
): Promise<Purchased | Refusal> {
  const [shop, { value: rules }] = await Promise.all([
    catalog.current('shop', command.now),
    catalog.current('spending', command.now),
  ]);
  return untilUnchanged(`The wallet of purchase ${command.purchaseId}`, async () => {
    const item = await readItem(ledger, walletKey(command.userId));
    if (!item) return userNotFound(command.userId);
    const wallet = parseWallet(item);
    // The wallet first: a purchase that it has paid for is found, and one that is not found yet changes its version.
    const earlier = await findPurchase(ledger, command);
    if (earlier) return replay(earlier, wallet, command);
    const bought = await buy(ledger, { shop, rules, wallet, command });
    // What stands in the way may be this very purchase, which another request has made meanwhile.
    return isRefusal(bought) && (await findPurchase(ledger, command)) ? changedMeanwhile : bought;
  });
}

type Offer = { shop: CatalogVersion<'shop'>; rules: SpendingRules; wallet: Wallet; command: PurchaseItem };

async function buy(
  ledger: Table,
  { shop, rules, wallet, command }: Offer,
): Promise<Purchased | Refusal | typeof changedMeanwhile> {
  const { userId, purchaseId, unitPrice, now } = command;
  const definition = shop.value.entitlements.find(({ code }) => code === command.item);
  if (!definition) return itemNotFound(command.item);
  const refusal = refuseOffer(definition, { unitPrice, region: wallet.region, now });
  if (refusal) return refusal;
  const current = await findEntitlement(ledger, command);
  const entitlement = decideEntitlement(current, { userId, definition, coins: unitPrice, redemptions: 0, now });
  if (isRefusal(entitlement)) return entitlement;
  const payment = decidePayment(wallet, { price: unitPrice, what: definition.code, rules, now });
  if (isRefusal(payment)) return payment;
  const { change, paidCoins, promoCoins, promoLots } = payment;
  const entry: PurchaseEntry = {
    entryId: purchaseId,
    userId,
    at: now.toISOString(),
    flow: 'purchase',
    amounts: { paidCoins, promoCoins },
    ...coinsByLot(promoLots),
    item: definition.code,
    unitPrice,
    ...(entitlement.heldUntil !== undefined && { heldUntil: entitlement.heldUntil }),
    catalogVersion: shop.version,
  };
  const key = walletEntryKey({ userId, flow: 'purchase', entryId: purchaseId });
  const written = await transact(ledger, [
    writeWallet(wallet, change, 'changed'),
    { put: { Item: { ...key, ...entry }, ConditionExpression: 'attribute_not_exists(pk)' }, failure: () => 'changed' },
    putEntitlement(entitlement, 'changed'),
  ]);
  if (!written.committed) return changedMeanwhile;
  return { entry, walletCoins: spendableCoins(change, now), replayed: false };
}

async function findPurchase(
  ledger: Table,
  { userId, purchaseId }: Pick<PurchaseItem, 'userId' | 'purchaseId'>,
): Promise<PurchaseEntry | undefined> {
  const item = await readItem(ledger, walletEntryKey({ userId, flow: 'purchase', entryId: purchaseId }));
  const entry = item && parseWalletEntry(item);
  return entry?.flow === 'purchase' ? entry : undefined;
}

function replay(entry: PurchaseEntry, wallet: Wallet, command: PurchaseItem): Purchased | Refusal {
  if (entry.item === command.item && entry.unitPrice === command.unitPrice)
    return { entry, walletCoins: spendableCoins(wallet, command.now), replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another purchase of this user: use a new key for a new purchase.',
    { purchaseId: command.purchaseId },
  );
}
