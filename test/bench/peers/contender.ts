import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { newId } from '../../../shared/identifiers.ts';
import type { Queue } from '../../../shared/queue/send-messages.ts';
import { dueIndex } from '../../../shared/store/keys.ts';
import { connectTable, type Table } from '../../../shared/store/table.ts';
import { putItems } from '../fans.ts';
import { drain, type Ground } from '../ground.ts';
import type { Meter } from '../meter.ts';

export type Gift = { senderId: string; creatorId: string; liveId: string };

export type ContenderOptions = {
  /** Whether units and requests are counted, which takes time. */
  counting: boolean;
  creatorIds: string[];
  /** Whether transactions on one item at once cancel each other, as on AWS; otherwise they wait, as in the emulator. */
  conflicts?: boolean;
};

/** A way to send gifts, opened on tables and a queue of its own. */
export type Contender = {
  /** Opens the wallets of these fans with coins for any run. */
  putFans(userIds: string[]): Promise<void>;
  /** Everything that the sender waits for. Without a key, the gift is a new one. */
  send(gift: Gift, key?: string): Promise<void>;
  /** What brings sent gifts into the queue, where sending has not done so. */
  relay(workers: number): Promise<void>;
  queue: Queue;
  /** Credits one batch of messages. */
  credit(messages: unknown[]): Promise<void>;
  balances(of: { senderId: string; creatorId: string }): Promise<Balances>;
  meter: Meter;
};

export type Balances = { coins: number; milliDiamonds: number };

export type OpenContender = (ground: Ground, options: ContenderOptions) => Promise<Contender>;

/** Brings everything that was sent to the creators. */
export async function settle(contender: Contender, workers = 1): Promise<void> {
  contender.meter.begin('relay');
  await contender.relay(workers);
  contender.meter.begin('credit');
  await drain(contender.queue, workers, contender.credit);
}

/** What a gift of these runs costs, and what its creator gets, in thousandths of a diamond. */
export const priceCoins = 1;
export const milliDiamondsPerGift = 500;
const coinsAtStart = 1_000_000;

/**
 * A table of one key, with the ledger's stream and sparse index, although no peer uses them: on AWS neither slows a write,
 * while the emulator writes the one and looks at the other before it answers. Each peer keeps everything in one table,
 * since the emulator's streams slow the writes to every table but the first.
 */
export async function createPeerTable(client: DynamoDBClient): Promise<Table> {
  const table = connectTable(`Peer-${newId(new Date())}`, client);
  await client.send(
    new CreateTableCommand({
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: ['id', 'dueBucket', 'dueAt'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: dueIndex,
          KeySchema: [
            { AttributeName: 'dueBucket', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return table;
}

export function peerWalletId(userId: string): string {
  return `WALLET#${userId}`;
}

export function peerCreatorId(creatorId: string): string {
  return `CREATOR#${creatorId}`;
}

export async function putPeerFans(table: Table, userIds: string[]): Promise<void> {
  await putItems(
    table,
    userIds.map((userId) => ({ id: peerWalletId(userId), balance: coinsAtStart, version: 1 })),
  );
}

export async function readPeerBalances(
  table: Table,
  { senderId, creatorId }: { senderId: string; creatorId: string },
): Promise<Balances> {
  const balanceOf = async (id: string): Promise<number> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { id }, ConsistentRead: true }),
    );
    return Number(Item?.balance ?? 0);
  };
  const [coins, milliDiamonds] = await Promise.all([
    balanceOf(peerWalletId(senderId)),
    balanceOf(peerCreatorId(creatorId)),
  ]);
  return { coins, milliDiamonds };
}
