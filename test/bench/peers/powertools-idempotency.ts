import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { newId } from '../../../shared/identifiers.ts';
import { type Ground, newClients, newQueue } from '../ground.ts';
import { idleMeter, meter } from '../meter.ts';
import {
  type Contender,
  type ContenderOptions,
  createPeerTable,
  type Gift,
  milliDiamondsPerGift,
  peerCreatorId,
  peerWalletId,
  priceCoins,
  putPeerFans,
  readPeerBalances,
} from './contender.ts';

type GiftMessage = Gift & { giftId: string };

/**
 * What Powertools' documentation leads to: the function that debits is made idempotent by the gift's key, debits by a
 * conditional update and sends a message; the function that credits is made idempotent by the same key.
 *
 * It guarantees that no wallet is overdrawn, and that a repetition within the hour after a finished request gets its answer.
 * It does not guarantee more: a function that dies after the debit leaves its record in progress, and when that has
 * expired, the repetition debits again; one that dies before the message has debited for nothing; an error deletes the
 * record, so a call that failed after it took effect is made again; after an hour every key is new. No entry tells of a gift.
 */
export async function openPowertoolsIdempotency(ground: Ground, { counting }: ContenderOptions): Promise<Contender> {
  const clients = newClients(ground);
  const table = await createPeerTable(clients.dynamodb);
  const queue = await newQueue(clients);
  const counts = counting ? meter(clients, table.client) : idleMeter;
  const options = {
    persistenceStore: new DynamoDBPersistenceLayer({ tableName: table.name, awsSdkV3Client: clients.dynamodb }),
  };

  const debit = makeIdempotent(
    async (gift: GiftMessage) => {
      const { Attributes } = await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { id: peerWalletId(gift.senderId) },
          ConditionExpression: 'balance >= :price',
          UpdateExpression: 'SET balance = balance - :price',
          ExpressionAttributeValues: { ':price': priceCoins },
          ReturnValues: 'ALL_NEW',
        }),
      );
      await queue.client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(gift) }));
      return { giftId: gift.giftId, coins: Attributes?.balance as number };
    },
    { ...options, keyPrefix: 'send-gift', config: configOf() },
  );

  const credit = makeIdempotent(
    async ({ giftId, creatorId }: GiftMessage) => {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { id: peerCreatorId(creatorId) },
          UpdateExpression: 'ADD balance :amount',
          ExpressionAttributeValues: { ':amount': milliDiamondsPerGift },
        }),
      );
      return { giftId };
    },
    { ...options, keyPrefix: 'credit-gift', config: configOf() },
  );

  return {
    meter: counts,
    putFans: (userIds) => putPeerFans(table, userIds),
    async send(gift, key = newId(new Date())) {
      await debit({ ...gift, giftId: key });
    },
    relay: async () => undefined,
    queue,
    async credit(messages) {
      await Promise.all((messages as GiftMessage[]).map((message) => credit(message)));
    },
    balances: (of) => readPeerBalances(table, of),
  };
}

/** The context tells when the invocation would time out, which a record in progress must know. */
function configOf(): IdempotencyConfig {
  const config = new IdempotencyConfig({ eventKeyJmesPath: 'giftId' });
  config.registerLambdaContext({ getRemainingTimeInMillis: () => 10_000 } as Context);
  return config;
}
