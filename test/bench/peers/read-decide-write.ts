import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../shared/store/table.ts';
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

/**
 * Reads the wallet, decides, and writes the new balance if the version is still the one that was read; then sends a
 * message, and the creator's balance is written in the same way.
 *
 * It guarantees that no wallet is overdrawn and that no update is lost. It has no idempotency: a request whose answer was lost
 * debits again when it is repeated, a message that comes twice credits twice, and a function that dies between debit and
 * message has debited for nothing. No entry tells of a gift. The creators of many gifts meet conflicts and read again.
 */
export async function openReadDecideWrite(ground: Ground, { counting }: ContenderOptions): Promise<Contender> {
  const clients = newClients(ground);
  const table = await createPeerTable(clients.dynamodb);
  const queue = await newQueue(clients);
  return {
    meter: counting ? meter(clients, table.client) : idleMeter,
    putFans: (userIds) => putPeerFans(table, userIds),
    /** The key has nowhere to go: nothing remembers it. */
    async send(gift) {
      await change(table, peerWalletId(gift.senderId), (coins) => {
        if (coins < priceCoins) throw new Error('insufficient coins');
        return coins - priceCoins;
      });
      await queue.client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(gift) }));
    },
    relay: async () => undefined,
    queue,
    /** One after the other: at once they would only meet each other's versions. */
    async credit(messages) {
      for (const { creatorId } of messages as Gift[])
        await change(table, peerCreatorId(creatorId), (balance) => balance + milliDiamondsPerGift);
    },
    balances: (of) => readPeerBalances(table, of),
  };
}

async function change(table: Table, id: string, decide: (balance: number) => number): Promise<void> {
  for (;;) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { id }, ConsistentRead: true }),
    );
    const { balance = 0, version = 0 } = (Item ?? {}) as { balance?: number; version?: number };
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { id },
          ConditionExpression: Item ? 'version = :version' : 'attribute_not_exists(id)',
          UpdateExpression: 'SET balance = :balance, version = :next',
          ExpressionAttributeValues: {
            ':balance': decide(balance),
            ':next': version + 1,
            ...(Item && { ':version': version }),
          },
        }),
      );
      return;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
