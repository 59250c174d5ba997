import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { buildApp } from 'fauxqs';
import { inject } from 'vitest';
import { localClientConfig, localRegion } from '../../infra/local/credentials.ts';
import type { Queue } from '../../shared/queue/send-messages.ts';
import type { Table } from '../../shared/store/table.ts';

/** Every change of wallets in the table's stream, from its beginning, as Lambda would hand them to the relay. */
export async function walletChanges(ledger: Table): Promise<DynamoDBRecord[]> {
  return (await allChanges(ledger)).filter(
    ({ dynamodb }) => dynamodb?.Keys?.pk?.S?.startsWith('WALLET#') && dynamodb.Keys.sk?.S === 'HEAD',
  );
}

/** Every change in the table's stream, from its beginning. */
export async function allChanges(ledger: Table): Promise<DynamoDBRecord[]> {
  const client = new DynamoDBStreamsClient(localClientConfig(inject('dynamodbUrl')));
  const { Table: description } = await ledger.client.send(new DescribeTableCommand({ TableName: ledger.name }));
  const StreamArn = description?.LatestStreamArn;
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const records: DynamoDBRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    let iterator = (await client.send(new GetShardIteratorCommand(start))).ShardIterator;
    while (iterator) {
      const { Records, NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      if (!Records?.length) break;
      records.push(...Records.map(asLambdaHasIt));
      iterator = NextShardIterator;
    }
  }
  client.destroy();
  return records;
}

/** Lambda gives the time in seconds since 1970. */
export function asLambdaHasIt({ dynamodb = {}, ...record }: _Record): DynamoDBRecord {
  const { ApproximateCreationDateTime: at, ...change } = dynamodb;
  const seconds = at && { ApproximateCreationDateTime: at.getTime() / 1_000 };
  return { ...record, dynamodb: { ...change, ...seconds } } as DynamoDBRecord;
}

export type TestQueue = Queue & {
  /** Where the emulator listens. */
  sqsUrl: string;
  /** Takes all messages out of the queue. */
  drain(): Promise<unknown[]>;
  close(): Promise<void>;
};

/** A queue of a real SQS emulator, in this process: a standard one, or one that keeps the order of each group. */
export async function startQueue({ fifo = false }: { fifo?: boolean } = {}): Promise<TestQueue> {
  const server = buildApp({ logger: false, defaultRegion: localRegion });
  const sqsUrl = await server.listen({ port: 0, host: '127.0.0.1' });
  const client = new SQSClient(localClientConfig(sqsUrl));
  const { QueueUrl: url = '' } = await client.send(
    new CreateQueueCommand(
      fifo ? { QueueName: 'test.fifo', Attributes: { FifoQueue: 'true' } } : { QueueName: 'test' },
    ),
  );
  return {
    client,
    url,
    sqsUrl,
    async drain() {
      const bodies: unknown[] = [];
      for (;;) {
        const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
        if (!Messages?.length) return bodies;
        for (const { Body = '', ReceiptHandle } of Messages) {
          bodies.push(JSON.parse(Body));
          await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
        }
      }
    },
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
