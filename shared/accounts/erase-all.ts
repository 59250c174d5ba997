import * as z from 'zod/mini';
import { leaveWard } from '../guardians/leave-ward.ts';
import { Contention } from '../store/contention.ts';
import { WardLine } from '../store/items/guardian-link.ts';
import { creatorKey, type Key, rechargeKey, walletKey } from '../store/keys.ts';
import { payoutKey } from '../store/payout-keys.ts';
import { queryAll, readItems } from '../store/read.ts';
import { purchaseApprovalsOf, wardLinesOf } from '../store/rule-keys.ts';
import { codeBatches, codeFailuresKey } from '../store/shop-keys.ts';
import type { Item, Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { eraseCodeBatch, eraseCreatorItem, eraseOrder, eraseOwnItem, erasePayout, removeItem } from './erase-items.ts';
import { batchesOf } from './export-sections.ts';
import { ownedCreators } from './owned-creators.ts';
import { ordersOf } from './read-closure-facts.ts';

type Task = { userId: string; hasTime: () => boolean };

/** `caller` is the client that asked for it. */
type Whole = Task & { caller: string; now: Date };

/** So many small writes go together; DynamoDB takes 100. */
const writesAtOnce = 25;

/** @returns whether all of it was done; what was, is not done again. */
export async function eraseAll(ledger: Table, { userId, caller, now, hasTime }: Whole): Promise<boolean> {
  const { pk } = walletKey(userId);
  const orders = (await ordersOf(ledger, userId)).map(({ rechargeId }) => rechargeKey(rechargeId));
  const creators = await ownedCreators(ledger, userId);
  return (
    (await leaveWards(ledger, { userId, caller, now, hasTime })) &&
    (await eraseEach(ledger, { items: inPartition(ledger, pk), hasTime, erase: (item) => eraseOwnItem(item, now) })) &&
    (await eraseEach(ledger, { items: existing(ledger, orders), hasTime, erase: eraseOrder })) &&
    (await eraseEach(ledger, {
      items: inPartition(ledger, purchaseApprovalsOf(userId).pk),
      hasTime,
      erase: ({ pk: approvals, sk }) => [removeItem({ pk: String(approvals), sk: String(sk) })],
    })) &&
    (await eraseEach(ledger, {
      items: existing(ledger, [codeFailuresKey(userId)]),
      hasTime,
      erase: () => [removeItem(codeFailuresKey(userId))],
    })) &&
    (await eraseEach(ledger, { items: codesFor(ledger, userId), hasTime, erase: eraseCodeBatch })) &&
    (await eraseCreators(ledger, { creators, hasTime }))
  );
}

async function eraseCreators(
  ledger: Table,
  { creators, hasTime }: { creators: string[]; hasTime: () => boolean },
): Promise<boolean> {
  for (const creatorId of creators) {
    const items = inPartition(ledger, creatorKey(creatorId).pk);
    if (!(await eraseEach(ledger, { items, hasTime, erase: eraseCreatorItem }))) return false;
  }
  return true;
}

/** Where the payouts of a user's creators went. @returns whether all of it was done. */
export async function erasePayouts(ledger: Table, { userId, hasTime }: Task): Promise<boolean> {
  return eraseEach(ledger, { items: payoutsOf(ledger, userId), hasTime, erase: erasePayout });
}

/** When anything last happened to a payout that names a destination: it may be paid in the year after it was asked for. */
export async function latestPayoutAt(ledger: Table, userId: string): Promise<string | undefined> {
  let latest: string | undefined;
  for await (const { destination, requestedAt, updatedAt = requestedAt } of payoutsOf(ledger, userId))
    if (destination !== undefined && (latest === undefined || String(updatedAt) > latest)) latest = String(updatedAt);
  return latest;
}

/** All payouts of a user's creators. */
export async function* payoutsOf(ledger: Table, userId: string): AsyncGenerator<Item> {
  for (const creatorId of await ownedCreators(ledger, userId)) {
    let keys: Key[] = [];
    for await (const { sk } of inPartition(ledger, creatorKey(creatorId).pk)) {
      if (!String(sk).startsWith('PAYOUT#')) continue;
      keys.push(payoutKey(String(sk).slice('PAYOUT#'.length)));
      if (keys.length < writesAtOnce) continue;
      yield* await readItems(ledger, keys);
      keys = [];
    }
    yield* await readItems(ledger, keys);
  }
}

/** @returns whether none is left. */
async function leaveWards(ledger: Table, { userId: guardianId, caller, now, hasTime }: Whole): Promise<boolean> {
  const { pk, prefix } = wardLinesOf(guardianId);
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :guardian AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':guardian': pk, ':prefix': prefix },
    ConsistentRead: true,
  });
  for await (const line of lines) {
    if (!hasTime()) return false;
    await leaveWard(ledger, { ...z.parse(WardLine, line), caller, now });
  }
  return true;
}

/** Batches that only one user can redeem, among the few that there are. */
function codesFor(ledger: Table, userId: string): AsyncGenerator<Item> {
  const { filter, values } = batchesOf(userId);
  return queryAll(ledger, {
    KeyConditionExpression: 'pk = :batches',
    ...filter,
    ExpressionAttributeValues: { ':batches': codeBatches().pk, ...values },
    ConsistentRead: true,
  });
}

function inPartition(ledger: Table, pk: string): AsyncGenerator<Item> {
  return queryAll(ledger, {
    KeyConditionExpression: 'pk = :partition',
    ExpressionAttributeValues: { ':partition': pk },
    ConsistentRead: true,
  });
}

async function* existing(ledger: Table, keys: Key[]): AsyncGenerator<Item> {
  yield* await readItems(ledger, keys);
}

type Each = {
  items: AsyncGenerator<Item>;
  hasTime: () => boolean;
  erase: (item: Item) => Write<'changed'>[];
};

async function eraseEach(ledger: Table, { items, hasTime, erase }: Each): Promise<boolean> {
  let writes: Write<'changed'>[] = [];
  for await (const item of items) {
    writes.push(...erase(item));
    if (writes.length < writesAtOnce) continue;
    await commit(ledger, writes);
    writes = [];
    if (!hasTime()) return false;
  }
  await commit(ledger, writes);
  return hasTime();
}

/** @throws Contention when somebody changed one of the items meanwhile; the sweep tries again. */
async function commit(ledger: Table, writes: Write<'changed'>[]): Promise<void> {
  if (writes.length === 0) return;
  const written = await transact(ledger, writes);
  if (!written.committed) throw new Contention('What was to be erased was changed at the same time.');
}
