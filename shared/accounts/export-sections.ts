import * as z from 'zod/mini';
import { boardsOfGift } from '../leaderboards/tally.ts';
import { orderLinePrefix, ownedCreatorPrefix } from '../store/account-keys.ts';
import type { RankedBoard } from '../store/board-keys.ts';
import { budgetOfChallenge, campaignLineKey, campaignUseKey } from '../store/campaign-keys.ts';
import { WardLine } from '../store/items/guardian-link.ts';
import { parseRecharge } from '../store/items/recharge.ts';
import { parseReservation } from '../store/items/reservation.ts';
import { parseWalletEntry, type WalletEntry } from '../store/items/wallet-entry.ts';
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
  walletKeyPrefix,
} from '../store/keys.ts';
import { levelsOf } from '../store/level-keys.ts';
import { payoutKey } from '../store/payout-keys.ts';
import { adCountPrefix, adRewardKey } from '../store/reward-keys.ts';
import { guardianLinkKey, purchaseApprovalsOf, ruleChangePrefix } from '../store/rule-keys.ts';
import { codeBatches, codeFailuresKey, reservationPrefix, spendingPrefix, stockLineKey } from '../store/shop-keys.ts';
import type { Item } from '../store/table.ts';

/**
 * The partitions that are a user's own, and that of all batches of codes, in the order of the export: each is exported whole, so that whatever kind of item is added to one is in
 * the export without anybody's doing. Only a new kind of partition has to be named here, and a test finds those that are not.
 */
export function userPartitions(userId: string): string[] {
  return [
    walletKey(userId).pk,
    purchaseUseKey(userId).pk,
    purchaseApprovalsOf(userId).pk,
    codeFailuresKey(userId).pk,
    codeBatches().pk,
    levelsOf({ ladder: 'gifters', id: userId }).pk,
  ];
}

/** Of the batches of codes, which are in one partition, those that are a user's own. */
export function batchesOf(userId: string) {
  return {
    filter: { FilterExpression: '#owner = :owner', ExpressionAttributeNames: { '#owner': 'owner' } },
    values: { ':owner': userId },
  };
}

/** Those of a creator that belongs to the user. */
export function creatorPartitions(creatorId: string): string[] {
  const shards = Array.from({ length: creatorShards }, (_, shard) => creatorShardPartition({ creatorId, shard }));
  return [
    creatorKey(creatorId).pk,
    ...shards,
    addingUpKey(creatorId).pk,
    levelsOf({ ladder: 'creators', id: creatorId }).pk,
  ];
}

/** What the items of a user's own partition are called; those of a kind that is not here by the first part of their key. */
const kindsOfWallet: Record<string, string> = {
  [headKey]: 'wallet',
  USER: 'user',
  CLOSURE: 'closure',
  ERASURE: 'erasure',
  GUARDIAN: 'guardian_link',
  WARD: 'ward_line',
  VISIBILITY: 'visibility',
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
  CODES: 'code_batch',
  RECHARGE: 'recharge',
  PAYOUT: 'payout',
  EARNED: 'earnings_day',
  STOCK: 'stock_line',
  AD: 'ad_reward',
  LEVEL: 'level',
};

export function kindOf({ pk, sk }: Item): string {
  const [partition, place] = [nameOf(String(pk)), nameOf(String(sk))];
  if (partition === 'WALLET') return kindsOfWallet[place] ?? place.toLowerCase();
  if (partition === 'CAMPAIGN') return place === 'USE' ? 'campaign_use' : 'campaign_line';
  if (partition === 'CREATOR') return `creator_${place.toLowerCase()}`;
  return kindsOfOthers[partition] ?? partition.toLowerCase();
}

/**
 * Where items that name the user are among others', in partitions that are nobody's own: each is found by one of the user's items. A new such
 * partition belongs here and into `pointedTo`.
 */
export const sharedPartitions = ['AD', 'CAMPAIGN', 'STOCK', 'SCORES'];

/**
 * What an item points to and is exported beside it: the order of a recharge, and the campaigns of an order; the payout of a creator, what an order of
 * goods takes of the stock, the link with a ward, what marks a reward as paid.
 */
export function pointedTo(item: Item): Key[] {
  const { pk, sk } = item;
  const [partition, place, id = ''] = [nameOf(String(pk)), nameOf(String(sk)), String(sk).split('#').at(-1)];
  if (partition === 'WALLET' && `${place}#` === orderLinePrefix) return [rechargeKey(id)];
  if (partition === 'CREATOR' && place === 'PAYOUT') return [payoutKey(id)];
  if (partition === 'WALLET' && place === 'WARD') {
    const { userId, guardianId } = z.parse(WardLine, item);
    return [guardianLinkKey({ userId, guardianId })];
  }
  if (partition === 'WALLET' && `${place}#` === reservationPrefix) {
    const order = parseReservation(item);
    return order.purpose === 'goods' ? [stockLineKey(order)] : [];
  }
  if (partition === 'WALLET' && `${place}#` === entryKeyPrefix) return marksOf(parseWalletEntry(item));
  if (partition === 'RECHARGE') {
    const { rechargeId, userId, campaigns = [] } = parseRecharge(item);
    return campaigns.flatMap(({ code }) => [
      campaignUseKey({ code, userId }),
      campaignLineKey({ code, userId, id: rechargeId }),
    ]);
  }
  return [];
}

/** What says, beside the statement's line, that somebody had a reward. */
function marksOf(entry: WalletEntry): Key[] {
  if (entry.flow !== 'reward') return [];
  const { source, userId } = entry;
  if (source.type === 'ad') return [adRewardKey(source)];
  const code = budgetOfChallenge(source.challengeId);
  return [campaignUseKey({ code, userId }), campaignLineKey({ code, userId, id: source.proofId })];
}

/** The leaderboards that an item of the user's counts for. */
export function boardsNamedBy(item: Item): RankedBoard[] {
  const isEntry = String(item.pk).startsWith(walletKeyPrefix) && String(item.sk).startsWith(entryKeyPrefix);
  const entry = isEntry ? parseWalletEntry(item) : undefined;
  return entry?.flow === 'gift' ? boardsOfGift(entry) : [];
}

function nameOf(key: string): string {
  return key.split('#')[0] ?? key;
}
