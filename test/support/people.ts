import { openCatalog } from '../../shared/catalog/catalog.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import type { GiftStores } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import { parseWallet, type Wallet } from '../../shared/store/items/wallet.ts';
import type { RechargeEntry } from '../../shared/store/items/wallet-entry.ts';
import { rechargeKey, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Item, Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/write.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { freshLedger, type LedgerOptions } from './ledger.ts';

export type World = GiftStores & { catalogTable: Table };

/** Empty tables, the default catalogue, and the creator `cy` who belongs to the user `cyril`. */
export async function newWorld(now: Date, options: LedgerOptions = {}): Promise<World> {
  const { ledger, catalog: catalogTable } = await freshLedger(options);
  const catalog = openCatalog(catalogTable);
  const world = { ledger, catalog, catalogTable, recipients: openRecipients(ledger) };
  await register(world, 'cyril', now);
  const creator = await putCreator(
    { ledger },
    { creatorId: 'cy', ownerUserId: 'cyril', region: 'US', giftsEnabled: true, now },
  );
  if (isRefusal(creator)) throw new Error(creator.detail);
  return world;
}

export async function register({ ledger, catalog }: World, userId: string, now: Date): Promise<void> {
  const user = await putUser({ ledger, catalog }, { userId, region: 'US', birthDate: '1995-04-12', now });
  if (isRefusal(user)) throw new Error(user.detail);
}

/** Registers a user and gives `coins` paid coins, with the order and the entry of a recharge, so that the books balance. */
export async function fanWith(
  world: World,
  { userId, coins, now }: { userId: string; coins: number; now: Date },
): Promise<void> {
  await register(world, userId, now);
  const rechargeId = newId(now);
  const at = now.toISOString();
  const entry: RechargeEntry = {
    entryId: rechargeId,
    userId,
    at,
    flow: 'recharge',
    amounts: { paidCoins: coins, repaidCoins: 0, bonusCoins: 0, stripeMinor: coins },
    currency: 'USD',
    provider: 'stripe',
  };
  const order: Recharge = {
    rechargeId,
    userId,
    packageId: 'test',
    channel: 'app',
    provider: 'stripe',
    region: 'US',
    coins,
    bonusCoins: 0,
    priceMinor: coins,
    currency: 'USD',
    catalogVersion: '1',
    state: 'paid',
    createdAt: at,
    expiresAt: at,
    paidAt: at,
    version: 1,
  };
  const credit = {
    Key: walletKey(userId),
    UpdateExpression: 'SET paid = paid + :coins, version = version + :one',
    ExpressionAttributeValues: { ':coins': coins, ':one': 1 },
  };
  const written = await transact(world.ledger, [
    { update: credit, failure: () => 'failed' },
    {
      put: { Item: { ...walletEntryKey({ userId, flow: 'recharge', entryId: rechargeId }), ...entry } },
      failure: () => 'failed',
    },
    { put: { Item: { ...rechargeKey(rechargeId), ...order } }, failure: () => 'failed' },
  ]);
  if (!written.committed) throw new Error('The coins could not be given.');
}

export async function walletOf({ ledger }: World, userId: string): Promise<Wallet> {
  const item = await readItem(ledger, walletKey(userId));
  if (!item) throw new Error(`no wallet ${userId}`);
  return parseWallet(item);
}

export async function giftEntryOf(
  { ledger }: World,
  sender: { userId: string; giftId: string },
): Promise<Item | undefined> {
  return readItem(ledger, walletEntryKey({ userId: sender.userId, flow: 'gift', entryId: sender.giftId }));
}
