import { orderLinePrefix, ownedCreatorPrefix } from '../store/account-keys.ts';
import {
  addingUpKey,
  creatorKey,
  creatorShardPartition,
  creatorShards,
  entryKeyPrefix,
  headKey,
  type Key,
  purchaseKeyPrefix,
  purchaseUseKey,
  rechargeKey,
  walletKey,
} from '../store/keys.ts';
import { payoutKey } from '../store/payout-keys.ts';
import { adCountPrefix } from '../store/reward-keys.ts';
import { purchaseApprovalsOf, ruleChangePrefix } from '../store/rule-keys.ts';
import { codeFailuresKey, reservationPrefix, spendingPrefix } from '../store/shop-keys.ts';
import type { Item } from '../store/table.ts';

/**
 * The partitions that are a user's own, in the order of the export: each is exported whole, so that whatever kind of item is added to one is in
 * the export without anybody's doing. Only a new kind of partition has to be named here, and a test finds those that are not.
 */
export function userPartitions(userId: string): string[] {
  return [walletKey(userId).pk, purchaseUseKey(userId).pk, purchaseApprovalsOf(userId).pk, codeFailuresKey(userId).pk];
}

/** Those of a creator that belongs to the user. */
export function creatorPartitions(creatorId: string): string[] {
  const shards = Array.from({ length: creatorShards }, (_, shard) => creatorShardPartition({ creatorId, shard }));
  return [creatorKey(creatorId).pk, ...shards, addingUpKey(creatorId).pk];
}

/** What the items of a user's own partition are called; those of a kind that is not here by the first part of their key. */
const kindsOfWallet: Record<string, string> = {
  [headKey]: 'wallet',
  USER: 'user',
  CLOSURE: 'closure',
  ERASURE: 'erasure',
  GUARDIAN: 'guardian_link',
  [nameOf(entryKeyPrefix)]: 'statement_entry',
  [nameOf(purchaseKeyPrefix)]: 'recharge_line',
  [nameOf(orderLinePrefix)]: 'recharge_line',
  [nameOf(ownedCreatorPrefix)]: 'creator_line',
  [nameOf(reservationPrefix)]: 'reservation',
  [nameOf(spendingPrefix)]: 'spending',
  [nameOf(ruleChangePrefix)]: 'rule_change',
  [nameOf(adCountPrefix)]: 'ad_count',
  ITEM: 'entitlement',
};

const kindsOfOthers: Record<string, string> = {
  PURCHASES: 'purchase_use',
  APPROVAL: 'purchase_approval',
  GUESSES: 'code_failures',
  RECHARGE: 'recharge',
  PAYOUT: 'payout',
  EARNED: 'earnings_day',
};

export function kindOf({ pk, sk }: Item): string {
  const [partition, place] = [nameOf(String(pk)), nameOf(String(sk))];
  if (partition === 'WALLET') return kindsOfWallet[place] ?? place.toLowerCase();
  if (partition === 'CREATOR') return `creator_${place.toLowerCase()}`;
  return kindsOfOthers[partition] ?? partition.toLowerCase();
}

/** What a line points to and is exported beside it: the order of a recharge, the payout of a creator. */
export function pointedTo({ pk, sk }: Item): Key[] {
  const [partition, place, id = ''] = [nameOf(String(pk)), nameOf(String(sk)), String(sk).split('#').at(-1)];
  if (partition === 'WALLET' && `${place}#` === orderLinePrefix) return [rechargeKey(id)];
  if (partition === 'CREATOR' && place === 'PAYOUT') return [payoutKey(id)];
  return [];
}

function nameOf(key: string): string {
  return key.split('#')[0] ?? key;
}
