import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { localClientConfig } from '../../infra/local/credentials.ts';
import type { Matches } from '../../infra/local/event-filter.ts';
import type { Table } from '../../shared/store/table.ts';
import { asLambdaHasIt } from '../support/deliver.ts';
import { hashOf } from './chance.ts';

/** As the event source's parallelization: the changes of one item stay in order, those of others are on their own. */
export const lanes = 4;

type Lane = { waiting: DynamoDBRecord[]; handled: DynamoDBRecord[]; isBusy: boolean };

/** So many records that were handled are kept, to be delivered again. */
const keptRecords = 60;

/** Changes in the table's own stream, as an event source delivers them to its function: filtered, in order, at least once. */
export class TableStream {
  readonly #client: DynamoDBStreamsClient;
  readonly #arn: string;
  readonly #iterators = new Map<string, string | undefined>();
  readonly #lanes: Lane[] = Array.from({ length: lanes }, () => ({ waiting: [], handled: [], isBusy: false }));
  readonly #matches: Matches;
  #reading: Promise<void> | undefined;

  private constructor(client: DynamoDBStreamsClient, arn: string, matches: Matches) {
    this.#client = client;
    this.#arn = arn;
    this.#matches = matches;
  }

  static async open(url: string, ledger: Table, matches: Matches): Promise<TableStream> {
    const { Table: description } = await ledger.client.send(new DescribeTableCommand({ TableName: ledger.name }));
    return new TableStream(
      new DynamoDBStreamsClient(localClientConfig(url)),
      description?.LatestStreamArn ?? '',
      matches,
    );
  }

  /** Reads what is new. Callers at the same time share one reading. */
  read(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  get length(): number {
    return this.#lanes.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /**
   * Hands the next records of a lane to `handle`, which says from which sequence number on they must come again (or none
   * of them was taken, with `undefined`). Nothing happens while the lane's batch before is under way.
   */
  async deliver(
    at: number,
    { most, repeated }: { most: number; repeated: number },
    handle: (records: DynamoDBRecord[]) => Promise<{ failedFrom: string | undefined } | undefined>,
  ): Promise<void> {
    const lane = this.#lanes[at % lanes];
    if (!lane || lane.isBusy) return;
    const batch = lane.waiting.slice(0, most);
    const again = repeated > 0 ? lane.handled.slice(-repeated) : [];
    if (batch.length + again.length === 0) return;
    lane.isBusy = true;
    try {
      const taken = await handle([...again, ...batch]);
      if (!taken) return;
      const failedAt = batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === taken.failedFrom);
      const isAgainFailed = again.some(({ dynamodb }) => dynamodb?.SequenceNumber === taken.failedFrom);
      const done = isAgainFailed ? 0 : failedAt === -1 ? batch.length : failedAt;
      lane.handled = [...lane.handled, ...lane.waiting.splice(0, done)].slice(-keptRecords);
    } finally {
      lane.isBusy = false;
    }
  }

  /** Loses the next records of a lane, as a stream does that nobody read for a day. */
  lose(at: number, most: number): number {
    const lane = this.#lanes[at % lanes];
    return lane && !lane.isBusy ? lane.waiting.splice(0, most).length : 0;
  }

  close(): void {
    this.#client.destroy();
  }

  async #readAll(): Promise<void> {
    const { StreamDescription } = await this.#client.send(new DescribeStreamCommand({ StreamArn: this.#arn }));
    for (const { ShardId = '' } of StreamDescription?.Shards ?? []) await this.#readShard(ShardId);
  }

  async #readShard(ShardId: string): Promise<void> {
    if (!this.#iterators.has(ShardId)) {
      const start = { StreamArn: this.#arn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      this.#iterators.set(ShardId, (await this.#client.send(new GetShardIteratorCommand(start))).ShardIterator);
    }
    for (let iterator = this.#iterators.get(ShardId); iterator; ) {
      const { Records = [], NextShardIterator } = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      this.#iterators.set(ShardId, NextShardIterator);
      for (const record of Records) this.#keep(asLambdaHasIt(record));
      if (Records.length === 0) return;
      iterator = NextShardIterator;
    }
  }

  #keep(record: DynamoDBRecord): void {
    if (!this.#matches(record)) return;
    this.#lanes[hashOf(record.dynamodb?.Keys?.pk?.S ?? '') % lanes]?.waiting.push(record);
  }
}
