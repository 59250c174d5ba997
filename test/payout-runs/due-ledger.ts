import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { newId } from '../../shared/identifiers.ts';
import { inGroups } from '../../shared/in-groups.ts';
import { due } from '../../shared/payouts/due.ts';
import type { CreditEntry, PayoutProfile } from '../../shared/store/items/creator.ts';
import type { GiftEntry } from '../../shared/store/items/wallet-entry.ts';
import { creatorEntryKey, creatorKey, creatorShardKey, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
import type { Item, Table } from '../../shared/store/table.ts';

/** Of twenty creators one is not verified, one has too little, and the others are paid. */
export type DueCreatorCase = 'paid' | 'identity_unverified' | 'below_minimum';

export function caseOf(number: number): DueCreatorCase {
  if (number % 20 === 7) return 'identity_unverified';
  return number % 20 === 13 ? 'below_minimum' : 'paid';
}

const creatorsPerFan = 50;
/** Nobody comes near the amount that needs an approval. */
const coinsOf = (number: number) => (caseOf(number) === 'below_minimum' ? 100 : 400 + (number % 97) * 40);

/**
 * The items of creators whose weekly date has come, each with one gift of a fan's, as the ledger has them: the audit finds them
 * right. The fans' coins were granted.
 */
function* dueLedger({ creators, dueAt, now }: { creators: number; dueAt: Date; now: Date }): Generator<Item[]> {
  const at = now.toISOString();
  for (let first = 0; first < creators; first += creatorsPerFan) {
    const userId = `fan-${first}`;
    const numbers = Array.from(
      { length: Math.min(creatorsPerFan, creators - first) },
      (_, position) => first + position,
    );
    const coins = numbers.reduce((sum, number) => sum + coinsOf(number), 0);
    const grant = { entryId: newId(now), userId, at, flow: 'grant', reason: 'gift of the house', grantedBy: 'test' };
    const head = { userId, region: 'US', status: 'active', paid: 0, owed: 0, outbox: {}, prunedThrough: '', spent: {} };
    yield [
      { ...walletKey(userId), ...head, version: 1, openedAt: at },
      {
        ...walletEntryKey({ userId, flow: 'grant', entryId: grant.entryId }),
        ...{ ...grant, amounts: { promoCoins: coins } },
      },
      ...numbers.flatMap((number) => creatorItems({ number, userId, dueAt, now })),
    ];
  }
}

type OneCreator = { number: number; userId: string; dueAt: Date; now: Date };

function creatorItems({ number, userId, dueAt, now }: OneCreator): Item[] {
  const at = now.toISOString();
  const creatorId = `star-${number}`;
  const [coins, milliDiamonds] = [coinsOf(number), coinsOf(number) * 500];
  const [giftId, creditId] = [newId(now), newId(now)];
  const context = { type: 'live', id: 'opening-night' } as const;
  const gift: GiftEntry = {
    ...{ entryId: giftId, userId, at, flow: 'gift', creatorId, gift: 'tip', quantity: 1, unitPrice: coins, context },
    ...{ amounts: { paidCoins: 0, promoCoins: coins }, milliDiamonds, creditId, shard: 0 },
  };
  const credit: CreditEntry = {
    ...{ entryId: creditId, creatorId, shard: 0, at, flow: 'credit', amounts: { milliDiamonds } },
    gifts: [{ giftId, senderId: userId, gift: 'tip', quantity: 1, coins, milliDiamonds }],
  };
  const payoutProfile: PayoutProfile = {
    method: 'paypal',
    destination: { type: 'email', value: `${creatorId}@example.com` },
    schedule: 'weekly',
    identity: { state: caseOf(number) === 'identity_unverified' ? 'unverified' : 'verified' },
    updatedAt: at,
  };
  const profile = { creatorId, ownerUserId: `owner-${number}`, region: 'US', giftsEnabled: true, payoutProfile };
  const dates = { ...due('payout-weekly', creatorId, dueAt), createdAt: at, updatedAt: at };
  const balance = { available: milliDiamonds, lifetime: milliDiamonds };
  return [
    { ...walletEntryKey({ userId, flow: 'gift', entryId: giftId }), ...gift },
    { ...creatorEntryKey({ creatorId, shard: 0, entryId: creditId }), ...credit },
    { ...creatorShardKey({ creatorId, shard: 0 }), creatorId, shard: 0, ...balance },
    { ...creatorKey(creatorId), ...profile, ...dates, version: 1 },
  ];
}

/** DynamoDB's limit for one BatchWriteItem. */
const itemsPerBatch = 25;

export async function putDueLedger(
  ledger: Table,
  ledgerOf: { creators: number; dueAt: Date; now: Date },
): Promise<void> {
  const items = [...dueLedger(ledgerOf)].flat();
  const batches = Array.from({ length: Math.ceil(items.length / itemsPerBatch) }, (_, batch) =>
    items.slice(batch * itemsPerBatch, (batch + 1) * itemsPerBatch),
  );
  const written = await inGroups(batches, 8, async (batch) => {
    const puts = batch.map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await ledger.client.send(
      new BatchWriteCommand({ RequestItems: { [ledger.name]: puts } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The emulator left items unwritten.');
  });
  for (const batch of written) if (batch.status === 'rejected') throw batch.reason;
}
