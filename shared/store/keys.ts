/** The keys of every item. Nothing else in the product builds a key. */
export type Key = { pk: string; sk: string };

/** A creator's balance is spread over this many partitions, so that crediting never meets one partition's limit of 1,000 writes a second. */
export const creatorShards = 64;

/** What a stream filter and a scan recognise wallets by. */
export const walletKeyPrefix = 'WALLET#';
export const creatorKeyPrefix = 'CREATOR#';
export const headKey = 'HEAD';
export const entryKeyPrefix = 'ENTRY#';

export function walletKey(userId: string): Key {
  return { pk: `${walletKeyPrefix}${userId}`, sk: headKey };
}

/**
 * Ids of gifts, recharges and grants are all chosen by the app. The flow keeps them apart, so that an id used twice can
 * never make one entry stand in the way of another; the id comes first, so that entries sort by time.
 */
export function walletEntryKey(entry: { userId: string; flow: 'gift' | 'recharge' | 'grant'; entryId: string }): Key {
  return { pk: `${walletKeyPrefix}${entry.userId}`, sk: `${entryKeyPrefix}${entry.entryId}#${entry.flow}` };
}

export function userKey(userId: string): Key {
  return { pk: `${walletKeyPrefix}${userId}`, sk: 'USER' };
}

/** Marks that a grant's key was used, whoever the coins were for. */
export function grantKey(grantId: string): Key {
  return { pk: `GRANT#${grantId}`, sk: 'GRANT' };
}

export function rechargeKey(rechargeId: string): Key {
  return { pk: `RECHARGE#${rechargeId}`, sk: 'ORDER' };
}

export function providerEventKey(event: { provider: string; eventId: string }): Key {
  return { pk: `EVENT#${event.provider}#${event.eventId}`, sk: 'EVENT' };
}

export function creatorKey(creatorId: string): Key {
  return { pk: `${creatorKeyPrefix}${creatorId}`, sk: 'PROFILE' };
}

export function creatorShardPartition(shard: { creatorId: string; shard: number }): string {
  return `${creatorKeyPrefix}${shard.creatorId}#${String(shard.shard).padStart(2, '0')}`;
}

export function creatorShardKey(shard: { creatorId: string; shard: number }): Key {
  return { pk: creatorShardPartition(shard), sk: headKey };
}

export function creatorEntryKey(entry: { creatorId: string; shard: number; entryId: string }): Key {
  return { pk: creatorShardPartition(entry), sk: `${entryKeyPrefix}${entry.entryId}` };
}

export function payoutKey(payoutId: string): Key {
  return { pk: `PAYOUT#${payoutId}`, sk: 'PAYOUT' };
}

/** The line in the creator's own partition by which the creator's payouts are listed, newest first. */
export function creatorPayoutKey(payout: { creatorId: string; payoutId: string }): Key {
  return { pk: `${creatorKeyPrefix}${payout.creatorId}`, sk: `PAYOUT#${payout.payoutId}` };
}

export function payoutRunKey(runId: string): Key {
  return { pk: `RUN#${runId}`, sk: 'RUN' };
}

/** Where a scanning job that works in slices remembers how far it came. */
export function progressKey(job: string): Key {
  return { pk: `PROGRESS#${job}`, sk: 'PROGRESS' };
}

export function latestAuditKey(): Key {
  return { pk: 'AUDIT#latest', sk: 'AUDIT' };
}

/** The sparse index over what sweeps must look at; an item is in it only while it has a `dueBucket`. */
export const dueIndex = 'due';
const dueBucketsPerKind = 8;

/** Spreads one kind of due items over a few partitions of the index, by a hash of the item's id. */
export function dueBucketOf(due: { kind: DueKind; id: string }): string {
  let hash = 0;
  for (const character of due.id) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return `${due.kind}#${hash % dueBucketsPerKind}`;
}

export function dueBuckets(kind: DueKind): string[] {
  return Array.from({ length: dueBucketsPerKind }, (_, bucket) => `${kind}#${bucket}`);
}

export type DueKind = 'recharge' | 'payout' | 'payout-schedule';
