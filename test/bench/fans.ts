import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { parseWallet, type Wallet } from '../../shared/store/items/wallet.ts';
import { walletKey } from '../../shared/store/keys.ts';
import type { Item, Table } from '../../shared/store/table.ts';
import { register, type World } from '../support/people.ts';

/** How long the app's own ids are: 19 digits, as generators of time-ordered numbers make them, or a UUID's 36 characters. */
export type IdStyle = 'number' | 'uuid';

export function appId(style: IdStyle, kind: 'fan' | 'creator' | 'live', position: number): string {
  const digits = { fan: '71', creator: '72', live: '73' }[kind] + String(position).padStart(17, '0');
  return style === 'number' ? digits : `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4000-8000-${digits.slice(-12)}`;
}

/** An adult's open wallet with enough coins for any run. */
export function fanWallet(userId: string, now: Date): Wallet {
  return parseWallet({
    userId,
    region: 'US',
    status: 'active',
    paid: 1_000_000,
    owed: 0,
    adultOn: '2013-04-12',
    outbox: {},
    prunedThrough: '',
    spent: {},
    version: 2,
    openedAt: now.toISOString(),
  });
}

/** Puts wallets straight into the table: what is measured begins with the gift. */
export async function putFans(ledger: Table, userIds: string[], now = new Date()): Promise<void> {
  await putItems(
    ledger,
    userIds.map((userId) => ({ ...walletKey(userId), ...fanWallet(userId, now) })),
  );
}

/** DynamoDB's limit for one BatchWriteItem. */
const itemsPerBatch = 25;

export async function putItems(table: Table, items: Item[]): Promise<void> {
  for (let start = 0; start < items.length; start += itemsPerBatch) {
    const puts = items.slice(start, start + itemsPerBatch).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: puts } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The emulator did not take all items.');
  }
}

/** Registers creators through the product's own use-case. All belong to one user. */
export async function openCreators(world: World, creatorIds: string[], now = new Date()): Promise<void> {
  await register(world, 'owner', now);
  for (const creatorId of creatorIds) {
    const command = { creatorId, ownerUserId: 'owner', region: 'US', giftsEnabled: true, now };
    const creator = await putCreator({ ledger: world.ledger }, command);
    if (isRefusal(creator)) throw new Error(creator.detail);
  }
}
