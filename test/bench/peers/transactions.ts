import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { newId } from '../../../shared/identifiers.ts';
import type { Queue } from '../../../shared/queue/send-messages.ts';
import { pauseBefore } from '../../../shared/store/contention.ts';
import { connectTable, type Table } from '../../../shared/store/table.ts';
import { cancelConflicts } from '../conflicts.ts';
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

type GiftMessage = { giftId: string; creatorId: string };

/**
 * One transaction debits the wallet, puts the gift and puts the idempotency item with the request and its answer; then a message
 * is sent, and one transaction for each gift marks it as credited and adds to the creator's balance. A repetition gets
 * the stored answer and sends the message again.
 *
 * It guarantees that no wallet is overdrawn, that a key debits once for as long as its item is kept, and that a gift is
 * credited at most once. A message that is lost between the two transactions, of a request that is not repeated, is not found
 * again without a sweep over gifts that stay `sent`; that sweep and the index it needs are not counted here, in this
 * peer's favour. Neither is an entry of the creator, for a statement.
 */
export async function openTransactions(
  ground: Ground,
  { counting, conflicts = false }: ContenderOptions,
): Promise<Contender> {
  const clients = newClients(ground);
  const table = await createPeerTable(clients.dynamodb);
  if (conflicts) cancelConflicts(clients.dynamodb);
  const queue = await newQueue(clients);
  const counts = counting ? meter(clients, connectTable(table.name, newClients(ground).dynamodb).client) : idleMeter;
  return {
    meter: counts,
    putFans: (userIds) => putPeerFans(table, userIds),
    send: (gift, key = newId(new Date())) => send({ table, queue }, gift, key),
    relay: async () => undefined,
    queue,
    /** One after the other: at once they would only meet each other at the creator's balance. */
    async credit(messages) {
      for (const message of messages as GiftMessage[]) await creditWhenFree(table, message);
    },
    balances: (of) => readPeerBalances(table, of),
  };
}

async function send({ table, queue }: { table: Table; queue: Queue }, gift: Gift, giftId: string): Promise<void> {
  const entry = { ...gift, gift: 'rose', quantity: 1, unitPrice: priceCoins, milliDiamonds: milliDiamondsPerGift };
  try {
    await debit(table, { giftId, entry });
  } catch (error) {
    const [, , key] = reasonsOf(error);
    if (key?.Code !== 'ConditionalCheckFailed') throw error;
    const { request } = unmarshall(key.Item ?? {});
    if (JSON.stringify(sorted(request)) !== JSON.stringify(sorted(entry))) throw new Error('The key was used before.');
  }
  const message: GiftMessage = { giftId, creatorId: gift.creatorId };
  await queue.client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(message) }));
}

/** The order of a stored map's attributes says nothing. */
function sorted(request: object): [string, unknown][] {
  return Object.entries(request).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function reasonsOf(error: unknown): CancellationReason[] {
  return error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
}

async function debit(table: Table, { giftId, entry }: { giftId: string; entry: Gift }): Promise<void> {
  const TableName = table.name;
  const at = new Date().toISOString();
  await table.client.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Update: {
            TableName,
            Key: { id: peerWalletId(entry.senderId) },
            ConditionExpression: 'balance >= :price',
            UpdateExpression: 'SET balance = balance - :price',
            ExpressionAttributeValues: { ':price': priceCoins },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        {
          Put: {
            TableName,
            Item: { id: `GIFT#${giftId}`, ...entry, state: 'sent', at },
            ConditionExpression: 'attribute_not_exists(id)',
          },
        },
        {
          Put: {
            TableName,
            Item: { id: `KEY#${giftId}`, request: entry, answer: { giftId, at } },
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    }),
  );
}

/** Another worker may be writing the creator's balance. */
async function creditWhenFree(table: Table, message: GiftMessage): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await credit(table, message);
    } catch (error) {
      if (!reasonsOf(error).some(({ Code }) => Code === 'TransactionConflict')) throw error;
      await pauseBefore(attempt);
    }
  }
}

/** A gift that is credited already needs nothing more. */
async function credit(table: Table, { giftId, creatorId }: GiftMessage): Promise<void> {
  const TableName = table.name;
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName,
              Key: { id: `GIFT#${giftId}` },
              ConditionExpression: '#state = :sent',
              UpdateExpression: 'SET #state = :credited',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: { ':sent': 'sent', ':credited': 'credited' },
            },
          },
          {
            Update: {
              TableName,
              Key: { id: peerCreatorId(creatorId) },
              UpdateExpression: 'ADD balance :amount',
              ExpressionAttributeValues: { ':amount': milliDiamondsPerGift },
            },
          },
        ],
      }),
    );
  } catch (error) {
    const [gift] = reasonsOf(error);
    if (gift?.Code !== 'ConditionalCheckFailed') throw error;
  }
}
