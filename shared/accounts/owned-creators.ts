import * as z from 'zod/mini';
import { readShards } from '../earnings/read-shards.ts';
import { ownedCreatorPrefix } from '../store/account-keys.ts';
import { OwnedCreator } from '../store/items/account.ts';
import { creatorKey, walletKey } from '../store/keys.ts';
import { queryAll } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';

/** The ids of the creators that belong to a user. */
export async function ownedCreators(ledger: Table, userId: string): Promise<string[]> {
  const ids: string[] = [];
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':user': walletKey(userId).pk, ':prefix': ownedCreatorPrefix },
    ConsistentRead: true,
  });
  for await (const line of lines) ids.push(z.parse(OwnedCreator, line).creatorId);
  return ids;
}

/** Those with diamonds that are maturing, to be had or held for a payout, beyond what they owe. */
export async function creatorsWithEarnings(ledger: Table, userId: string): Promise<string[]> {
  const found: string[] = [];
  for (const creatorId of await ownedCreators(ledger, userId)) {
    const shards = await readShards(ledger, creatorId);
    const left = shards.reduce((sum, { available, held, maturing, owed }) => {
      const growing = Object.values(maturing).reduce((total, amount) => total + amount, 0);
      return sum + available + growing + held - owed;
    }, 0);
    if (left > 0) found.push(creatorId);
  }
  return found;
}

/** Takes no more gifts for any of them. */
export async function switchGiftsOff(ledger: Table, userId: string, now: Date): Promise<void> {
  for (const creatorId of await ownedCreators(ledger, userId))
    await updateIf(ledger, {
      Key: creatorKey(creatorId),
      // A line may be there without its creator, when the registration broke off.
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression: 'SET giftsEnabled = :off, updatedAt = :now, version = version + :one',
      ExpressionAttributeValues: { ':off': false, ':now': now.toISOString(), ':one': 1 },
    });
}
