import { creatorShards } from '../../shared/store/keys.ts';

/** A partition takes so many write units a second, and an item never more (AWS, DynamoDB developer guide, "Quotas"). */
const partitionUnitsPerSecond = 1_000;

/** Write units a second that an account's table may take by default; it can be raised. */
const tableQuotaUnitsPerSecond = 40_000;

/**
 * How long a transaction of about 90 items holds the balance it adds to. An assumption: five items were measured at 25 ms
 * from Lambda (alexdebrie/dynamodb-performance-testing), and larger ones take longer.
 */
const transactionMilliseconds = 60;
const smallTransactionMilliseconds = 25;

/** Three items in the transaction that debits and two in the one that credits, two units each. */
const singleUnitsPerGift = 10;

/**
 * Credits choose their shard at random, and one that meets another is tried again elsewhere. The share of the time that a
 * shard does useful work is then at most 1/e, as in every system whose senders do not know of each other.
 */
const usefulShare = 1 / Math.E;

export type CeilingInputs = {
  giftsPerMessage: number;
  /** Write units of one credit in the creator's own partition: the balance and the creator's entry. */
  shardUnitsPerMessage: number;
  writeUnitsPerGift: number;
};

/** Gifts a second to one creator on AWS, by each of the limits that could bind. */
export function ceilingOnAws({ giftsPerMessage, shardUnitsPerMessage, writeUnitsPerGift }: CeilingInputs) {
  return {
    /** shards × partition units ÷ units of a credit in the shard × gifts of a credit. */
    byPartitions: Math.floor(((creatorShards * partitionUnitsPerSecond) / shardUnitsPerMessage) * giftsPerMessage),
    /** shards ÷ time of a transaction × useful share × gifts of a credit. */
    byConflicts: Math.floor((creatorShards / (transactionMilliseconds / 1000)) * usefulShare * giftsPerMessage),
    /** Default quota of a table ÷ units of a gift along its whole path; to be raised before a night like that. */
    byDefaultTableQuota: Math.floor(tableQuotaUnitsPerSecond / writeUnitsPerGift),
    /** One transaction a gift on one balance: two units of its partition's thousand, one at a time. */
    singleByPartition: Math.floor(partitionUnitsPerSecond / 2),
    singleByDefaultTableQuota: Math.floor(tableQuotaUnitsPerSecond / singleUnitsPerGift),
    singleByConflicts: Math.floor(1000 / smallTransactionMilliseconds),
    constants: {
      creatorShards,
      partitionUnitsPerSecond,
      tableQuotaUnitsPerSecond,
      transactionMilliseconds,
      smallTransactionMilliseconds,
      usefulShare,
    },
  };
}
