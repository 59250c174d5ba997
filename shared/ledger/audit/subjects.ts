import { creatorShardPartition, creatorShards, payoutKey, rechargeKey, walletKey } from '../../store/keys.ts';
import type { Subject } from './tally.ts';

export function walletSubject(userId: string): Subject {
  return { kind: 'wallet', id: userId, partitions: [walletKey(userId).pk] };
}

export function creatorSubject(creatorId: string): Subject {
  return { kind: 'creator', id: creatorId, partitions: shardPartitions(creatorId) };
}

/** A gift is written down by its sender and by its creator's credit. */
export function giftSubject({
  senderId,
  giftId,
  creatorId,
}: {
  senderId: string;
  giftId: string;
  creatorId: string;
}): Subject {
  return {
    kind: 'gift',
    id: `${giftId} of ${senderId}`,
    partitions: [walletKey(senderId).pk, ...shardPartitions(creatorId)],
  };
}

export function rechargeSubject({ rechargeId, userId }: { rechargeId: string; userId: string }): Subject {
  return { kind: 'recharge', id: rechargeId, partitions: [rechargeKey(rechargeId).pk, walletKey(userId).pk] };
}

export function payoutSubject({ payoutId, creatorId }: { payoutId: string; creatorId: string }): Subject {
  return {
    kind: 'payout',
    id: payoutId,
    partitions: [payoutKey(payoutId).pk, creatorShardPartition({ creatorId, shard: 0 })],
  };
}

function shardPartitions(creatorId: string): string[] {
  return Array.from({ length: creatorShards }, (_, shard) => creatorShardPartition({ creatorId, shard }));
}
