import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { headKey, walletKeyPrefix } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';

export type StreamReader = {
  /** The changes of wallets since the last call, as Lambda's event source with the relay's filter hands them over. */
  next(): Promise<DynamoDBRecord[]>;
};

/** Reads a table's stream from its beginning. The emulator's iterators break when they are made before there are records. */
export function openStream(ledger: Table, dynamodbUrl: string): StreamReader {
  const client = new DynamoDBStreamsClient(localClientConfig(dynamodbUrl));
  let iterators: (string | undefined)[] | undefined;
  return {
    async next() {
      iterators ??= await firstIterators(client, ledger);
      const shards = await Promise.all(iterators.map((iterator) => readShard(client, iterator)));
      iterators = shards.map(({ next }) => next);
      return shards.flatMap(({ records }) => records).filter(isWalletChange);
    },
  };
}

async function firstIterators(client: DynamoDBStreamsClient, ledger: Table): Promise<(string | undefined)[]> {
  const { Table: description } = await ledger.client.send(new DescribeTableCommand({ TableName: ledger.name }));
  const StreamArn = description?.LatestStreamArn;
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  return Promise.all(
    (StreamDescription?.Shards ?? []).map(async ({ ShardId }) => {
      const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      return (await client.send(new GetShardIteratorCommand(start))).ShardIterator;
    }),
  );
}

async function readShard(client: DynamoDBStreamsClient, first: string | undefined) {
  const records: DynamoDBRecord[] = [];
  let next = first;
  for (;;) {
    const answer = await client.send(new GetRecordsCommand({ ShardIterator: next }));
    next = answer.NextShardIterator;
    if (!answer.Records?.length) return { records, next };
    records.push(...(answer.Records as DynamoDBRecord[]));
  }
}

function isWalletChange({ dynamodb }: DynamoDBRecord): boolean {
  const { pk, sk } = dynamodb?.Keys ?? {};
  return Boolean(pk?.S?.startsWith(walletKeyPrefix)) && sk?.S === headKey;
}
