/** The keys of every item, with those of the shop in `shop-keys.ts`. Nothing else in the product builds a key. */
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

/** The flows that write a line into a wallet's statement. */
export type WalletFlow =
  | 'gift'
  | 'recharge'
  | 'grant'
  | 'expiry'
  | 'freeze'
  | 'thaw'
  | 'take_back'
  | 'give_back'
  | 'purchase'
  | 'reserve'
  | 'release'
  | 'redemption'
  | 'reward'
  | 'forfeit';

/**
 * Ids of gifts, recharges and grants are all chosen by the app. The flow keeps them apart, so that an id used twice can
 * never make one entry stand in the way of another; the id comes first, so that entries sort by time.
 */
export function walletEntryKey(entry: { userId: string; flow: WalletFlow; entryId: string }): Key {
  return { pk: `${walletKeyPrefix}${entry.userId}`, sk: `${entryKeyPrefix}${entry.entryId}#${entry.flow}` };
}

export function userKey(userId: string): Key {
  return { pk: `${walletKeyPrefix}${userId}`, sk: 'USER' };
}

/** Marks that a grant's key was used, whoever the coins were for. */
export function grantKey(grantId: string): Key {
  return { pk: `GRANT#${grantId}`, sk: 'GRANT' };
}

/** How much worth to creators operators have given on a day (UTC). */
export function givenWorthKey(day: string): Key {
  return { pk: `GIVEN#${day}`, sk: 'WORTH' };
}

export const givenLinePrefix = 'GIFT#';

/** What one grant or batch of codes took of it. */
export function givenLineKey(line: { day: string; by: 'grant' | 'codes'; id: string }): Key {
  return { pk: `GIVEN#${line.day}`, sk: `${givenLinePrefix}${line.by}#${line.id}` };
}

export function rechargeKey(rechargeId: string): Key {
  return { pk: `RECHARGE#${rechargeId}`, sk: 'ORDER' };
}

/** The order that an item of the index is; ids of orders contain no `#`. */
export function rechargeIdOf({ pk }: Pick<Key, 'pk'>): string {
  return pk.split('#')[1] ?? '';
}

/** What a user's orders take of the purchase limits. */
export function purchaseUseKey(userId: string): Key {
  return { pk: `PURCHASES#${userId}`, sk: 'USE' };
}

export const purchaseKeyPrefix = 'PURCHASE#';

/** A wallet's purchases in the order in which their coins arrived. */
export function purchaseKey(purchase: { userId: string; paidAt: string; rechargeId: string }): Key {
  return {
    pk: `${walletKeyPrefix}${purchase.userId}`,
    sk: `${purchaseKeyPrefix}${purchase.paidAt}#${purchase.rechargeId}`,
  };
}

/** All purchases of a wallet, for a query that begins with the latest. */
export function purchasesOf(userId: string): { pk: string; prefix: string } {
  return { pk: `${walletKeyPrefix}${userId}`, prefix: purchaseKeyPrefix };
}

/** Which order a provider's payment belongs to; a payment that has one can be credited for no other. */
export function paymentKey(payment: { provider: string; paymentId: string }): Key {
  return { pk: `PAYMENT#${payment.provider}#${payment.paymentId}`, sk: 'PAYMENT' };
}

/** What was reported of a payment before it was known whose it is. */
export function waitingClaimsKey(payment: { provider: string; paymentId: string }): Key {
  return { ...paymentKey(payment), sk: 'CLAIMS' };
}

export function providerEventKey(event: { provider: string; eventId: string }): Key {
  return { pk: `EVENT#${event.provider}#${event.eventId}`, sk: 'EVENT' };
}

/** Work on a purchase at Google Play, named by the hash of its token. */
export function googlePurchaseKey(tokenHash: string): Key {
  return { pk: `GOOGLE#${tokenHash}`, sk: 'PURCHASE' };
}

/** How far the gifts that were paid with the coins of a recharge are reversed. */
export function reversalKey(rechargeId: string): Key {
  return { pk: `REVERSAL#${rechargeId}`, sk: 'REVERSAL' };
}

export const reversalStepPrefix = 'STEP#';

/** One step of a reversal, numbered from 1. */
export function reversalStepKey(step: { rechargeId: string; step: number }): Key {
  return { pk: `REVERSAL#${step.rechargeId}`, sk: `${reversalStepPrefix}${String(step.step).padStart(8, '0')}` };
}

/** How much of a gift is reversed, by all reversals together; ids of users contain no `#`. */
export function reversedGiftKey(gift: { userId: string; giftId: string }): Key {
  return { pk: `REVERSAL#${gift.userId}#${gift.giftId}`, sk: 'GIFT' };
}

/** The event that an item of the index is; ids of providers contain no `#`. */
export function providerEventOf({ pk }: Pick<Key, 'pk'>): { provider: string; eventId: string } {
  const [, provider = '', eventId = ''] = pk.split('#');
  return { provider, eventId };
}

/** A withdrawal from a purchase, by the key of its request. */
export function withdrawalKey(withdrawalId: string): Key {
  return { pk: `WITHDRAWAL#${withdrawalId}`, sk: 'WITHDRAWAL' };
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

const dayKeyPrefix = 'DAY#';

/** What moved in a creator's balances on one day (UTC), added up. */
export function creatorDayKey(day: { creatorId: string; day: string }): Key {
  return { pk: `EARNED#${day.creatorId}`, sk: `${dayKeyPrefix}${day.day}` };
}

/** How far a creator's days are added up. */
export function addingUpKey(creatorId: string): Key {
  return { pk: `EARNED#${creatorId}`, sk: 'PROGRESS' };
}

/** Where a scanning job that works in slices remembers how far it came. */
export function progressKey(job: string): Key {
  return { pk: `PROGRESS#${job}`, sk: 'PROGRESS' };
}

export function latestAuditKey(): Key {
  return { pk: 'AUDIT#latest', sk: 'AUDIT' };
}

const webhookEndpointPrefix = 'ENDPOINT#';

/** Where the app wants to be told of events. All endpoints are in one partition: there are few. */
export function webhookEndpointKey(endpointId: string): Key {
  return { pk: 'WEBHOOKS#all', sk: `${webhookEndpointPrefix}${endpointId}` };
}

/** All of them, for a query. */
export function webhookEndpoints(): { pk: string; prefix: string } {
  return { pk: 'WEBHOOKS#all', prefix: webhookEndpointPrefix };
}

/** What comparing a provider's list of a day with the ledger came to. */
export function reconciliationKey(reconciliation: { provider: string; day: string }): Key {
  return { pk: `RECONCILIATION#${reconciliation.provider}`, sk: `DAY#${reconciliation.day}` };
}

/** The sparse index over what sweeps must look at; an item is in it only while it has a `dueBucket`. */
export const dueIndex = 'due';
export const dueBucketsPerKind = 8;

/** Spreads one kind of due items over a few partitions of the index, by a hash of the item's id. */
export function dueBucketOf(due: { kind: DueKind; id: string }): string {
  let hash = 0;
  for (const character of due.id) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return `${due.kind}#${hash % dueBucketsPerKind}`;
}

export function dueBuckets(kind: DueKind): string[] {
  return Array.from({ length: dueBucketsPerKind }, (_, bucket) => `${kind}#${bucket}`);
}

/** Parked events of which a provider must be asked again: each kind is replayed by the sweep that can ask. */
export const replayKinds = ['paypal-replay', 'google-replay', 'payout-replay'] as const;
export type ReplayKind = (typeof replayKinds)[number];

export type DueKind =
  | ReplayKind
  | 'reconciliation-stripe'
  | 'reconciliation-paypal'
  | 'reconciliation-apple'
  | 'parked-event'
  | 'withdrawal'
  | 'reversal'
  | 'recharge'
  | 'payout'
  | 'payout-weekly'
  | 'payout-monthly'
  | 'payout-run'
  | 'google-purchase'
  | 'creator-days'
  | 'promo-lots'
  | 'reservation'
  | 'erasure';
