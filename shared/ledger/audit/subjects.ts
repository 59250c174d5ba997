import { campaignLineKey, campaignPartitions, campaignUseKey, isChallenge } from '../../store/campaign-keys.ts';
import type { GivenLine } from '../../store/items/given-worth.ts';
import {
  creatorEntryKey,
  creatorShardPartition,
  creatorShards,
  givenLineKey,
  givenWorthKey,
  grantKey,
  type Key,
  rechargeKey,
  reversalKey,
  reversedGiftKey,
  walletEntryKey,
  walletKey,
} from '../../store/keys.ts';
import { payoutBatchKey, payoutKey } from '../../store/payout-keys.ts';
import { adRewardKey } from '../../store/reward-keys.ts';
import { codeBatchKey, codeKey, reservationKey, stockKey, stockLineKey } from '../../store/shop-keys.ts';
import type { Subject, SubjectKind } from './tally.ts';

export function walletSubject(userId: string): Subject {
  return { kind: 'wallet', id: userId, parts: [userId], evidence: () => ({ partitions: [walletKey(userId).pk] }) };
}

export function creatorSubject(creatorId: string): Subject {
  const partitions = () =>
    Array.from({ length: creatorShards }, (_, shard) => creatorShardPartition({ creatorId, shard }));
  return { kind: 'creator', id: creatorId, parts: [creatorId], evidence: () => ({ partitions: partitions() }) };
}

/** Where a creator's entry of a credit is. */
export type CreditPlace = { creatorId: string; shard: number; creditId: string };

/** What a gift's entry and its creator's entry must agree on, with the place, so that a gift credited twice shows. */
export function creditedIn({ creatorId, shard, creditId }: CreditPlace): string {
  return `milli-diamonds in credit ${creditId} of ${creatorId}, shard ${shard}`;
}

/** A gift is written down by its sender and in its creator's credit. */
export function giftSubject({
  senderId,
  giftId,
  credit,
}: {
  senderId: string;
  giftId: string;
  credit: CreditPlace;
}): Subject {
  const items = () => [
    walletKey(senderId),
    walletEntryKey({ userId: senderId, flow: 'gift', entryId: giftId }),
    creatorEntryKey({ ...credit, entryId: credit.creditId }),
  ];
  const parts = [senderId, giftId, credit.creatorId, String(credit.shard), credit.creditId];
  return { kind: 'gift', id: `${giftId} of ${senderId}`, parts, evidence: () => ({ items: items() }) };
}

export function rechargeSubject({ rechargeId, userId }: { rechargeId: string; userId: string }): Subject {
  // What claims made of it is told by lines anywhere in the wallet's statement.
  const evidence = () => ({ items: [rechargeKey(rechargeId)], partitions: [walletKey(userId).pk] });
  return { kind: 'recharge', id: rechargeId, parts: [rechargeId, userId], evidence };
}

/** What a recharge that went back took from one balance of a creator: its steps and the creator's entries say it alike. */
export function reversalSubject({ rechargeId, creatorId, shard }: ReversalPlace): Subject {
  const partitions = [reversalKey(rechargeId).pk, creatorShardPartition({ creatorId, shard })];
  const parts = [rechargeId, creatorId, String(shard)];
  return {
    kind: 'reversal',
    id: `${rechargeId} of ${creatorId}, shard ${shard}`,
    parts,
    evidence: () => ({ partitions }),
  };
}

type ReversalPlace = { rechargeId: string; creatorId: string; shard: number };

/** How many coins of a gift a recharge took back: counted by the gift, and told by the steps of the reversal. */
export function reversedGiftSubject({ userId, giftId, rechargeId }: ReversedPlace): Subject {
  const evidence = () => ({
    items: [reversedGiftKey({ userId, giftId })],
    partitions: [reversalKey(rechargeId).pk],
  });
  const id = `${giftId} of ${userId} for recharge ${rechargeId}`;
  return { kind: 'reversed_gift', id, parts: [userId, giftId, rechargeId], evidence };
}

type ReversedPlace = { userId: string; giftId: string; rechargeId: string };

/** A payout's entries are in the creator's first balance. */
export function payoutSubject({ payoutId, creatorId }: { payoutId: string; creatorId: string }): Subject {
  const partitions = [creatorShardPartition({ creatorId, shard: 0 })];
  const evidence = () => ({ items: [payoutKey(payoutId)], partitions });
  return { kind: 'payout', id: payoutId, parts: [payoutId, creatorId], evidence };
}

/** That a payout is in a batch which may have been sent: both say so, or the payout could go in another one as well. */
export function membershipSubject({ payoutId, batchId }: { payoutId: string; batchId: string }): Subject {
  const evidence = () => ({ items: [payoutKey(payoutId), payoutBatchKey(batchId)] });
  return { kind: 'payout_batch', id: `${batchId} of payout ${payoutId}`, parts: [payoutId, batchId], evidence };
}

/** How many there are of something: the counters, the operators' changes and what orders take are in one partition. */
export function stockSubject(item: string): Subject {
  return { kind: 'stock', id: item, parts: [item], evidence: () => ({ partitions: [stockKey(item).pk] }) };
}

type OrderPlace = { item: string; userId: string; reservationId: string };

/** What an order holds is written down by its user and with its stock. */
export function orderSubject({ item, userId, reservationId }: OrderPlace): Subject {
  const items = () => [reservationKey({ userId, reservationId }), stockLineKey({ item, userId, reservationId })];
  const parts = [item, userId, reservationId];
  return { kind: 'order', id: `${reservationId} of ${userId}`, parts, evidence: () => ({ items: items() }) };
}

/** A code that was redeemed, and the line of the statement that says so. */
export function codeSubject({
  hash,
  userId,
  redemptionId,
}: {
  hash: string;
  userId: string;
  redemptionId: string;
}): Subject {
  const items = () => [codeKey(hash), walletEntryKey({ userId, flow: 'redemption', entryId: redemptionId })];
  return { kind: 'code', id: hash, parts: [hash, userId, redemptionId], evidence: () => ({ items: items() }) };
}

/** What is taken of a campaign's budget: its lines are in all of its partitions. */
export function campaignSubject(code: string): Subject {
  return { kind: 'campaign', id: code, parts: [code], evidence: () => ({ partitions: campaignPartitions(code) }) };
}

/** What one user holds of a campaign. */
export function campaignUseSubject({ code, userId }: { code: string; userId: string }): Subject {
  const partitions = [campaignUseKey({ code, userId }).pk];
  return { kind: 'campaign_use', id: `${code} of ${userId}`, parts: [code, userId], evidence: () => ({ partitions }) };
}

/** What one order holds of a campaign, or one entry had of a challenge: order or statement say what the line says. */
export function campaignPartSubject({ code, userId, id }: { code: string; userId: string; id: string }): Subject {
  const line = campaignLineKey({ code, userId, id });
  const evidence = () =>
    isChallenge(code) ? { items: [line], partitions: [walletKey(userId).pk] } : { items: [line, rechargeKey(id)] };
  return { kind: 'campaign_part', id: `${code} in ${id} of ${userId}`, parts: [code, userId, id], evidence };
}

type AdRewardPlace = { network: string; transactionId: string; userId: string; entryId: string };

/** An ad that was rewarded, and the line of the statement that says so. */
export function adRewardSubject({ network, transactionId, userId, entryId }: AdRewardPlace): Subject {
  const items = () => [adRewardKey({ network, transactionId }), walletEntryKey({ userId, flow: 'reward', entryId })];
  const parts = [network, transactionId, userId, entryId];
  const id = `${transactionId} of ${network} for ${userId}`;
  return { kind: 'ad_reward', id, parts, evidence: () => ({ items: items() }) };
}

/** What operators have given on a day: the sum, and what each gift took of it, are in one partition. */
export function givenSubject(day: string): Subject {
  return { kind: 'given', id: day, parts: [day], evidence: () => ({ partitions: [givenWorthKey(day).pk] }) };
}

/** What one grant, or batch of codes, took of what operators may give on a day: both say it. */
export function givenLineSubject({ by, id, day }: Pick<GivenLine, 'by' | 'id' | 'day'>): Subject {
  const items = () => [givenLineKey({ by, id, day }), by === 'grant' ? grantKey(id) : codeBatchKey(id)];
  return {
    kind: 'given_line',
    id: `${by} ${id} on ${day}`,
    parts: [by, id, day],
    evidence: () => ({ items: items() }),
  };
}

/** An item that cannot be read as what its key says it is. */
export function itemSubject(key: Key): Subject {
  return { kind: 'item', id: `${key.pk} / ${key.sk}`, parts: [key.pk, key.sk], evidence: () => ({ items: [key] }) };
}

const makers: Record<SubjectKind, (...parts: string[]) => Subject> = {
  wallet: (userId = '') => walletSubject(userId),
  creator: (creatorId = '') => creatorSubject(creatorId),
  gift: (senderId = '', giftId = '', creatorId = '', shard = '', creditId = '') =>
    giftSubject({ senderId, giftId, credit: { creatorId, shard: Number(shard), creditId } }),
  recharge: (rechargeId = '', userId = '') => rechargeSubject({ rechargeId, userId }),
  reversal: (rechargeId = '', creatorId = '', shard = '') =>
    reversalSubject({ rechargeId, creatorId, shard: Number(shard) }),
  reversed_gift: (userId = '', giftId = '', rechargeId = '') => reversedGiftSubject({ userId, giftId, rechargeId }),
  payout: (payoutId = '', creatorId = '') => payoutSubject({ payoutId, creatorId }),
  payout_batch: (payoutId = '', batchId = '') => membershipSubject({ payoutId, batchId }),
  stock: (item = '') => stockSubject(item),
  order: (item = '', userId = '', reservationId = '') => orderSubject({ item, userId, reservationId }),
  code: (hash = '', userId = '', redemptionId = '') => codeSubject({ hash, userId, redemptionId }),
  campaign: (code = '') => campaignSubject(code),
  campaign_use: (code = '', userId = '') => campaignUseSubject({ code, userId }),
  campaign_part: (code = '', userId = '', id = '') => campaignPartSubject({ code, userId, id }),
  given: (day = '') => givenSubject(day),
  given_line: (by = '', id = '', day = '') => givenLineSubject({ by: by === 'grant' ? by : 'codes', id, day }),
  ad_reward: (network = '', transactionId = '', userId = '', entryId = '') =>
    adRewardSubject({ network, transactionId, userId, entryId }),
  item: (pk = '', sk = '') => itemSubject({ pk, sk }),
};

/** The subject that had this kind and these parts. */
export function subjectOf({ kind, parts }: Pick<Subject, 'kind' | 'parts'>): Subject {
  return makers[kind](...parts);
}
