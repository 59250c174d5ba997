import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { failedItems } from './batch-result.ts';
import { pause } from './cancellation.ts';
import { localClientConfig } from './credentials.ts';
import type { Matches } from './event-filter.ts';
import type { LocalFunction } from './functions.ts';
import { type StreamRecord, streamRecord } from './stream-record.ts';

export interface StreamSourceOptions {
  dynamodbUrl: string;
  streamArn: string;
  lambda: LocalFunction;
  batchSize: number;
  batchingWindowSeconds: number;
  /** Halves a batch after each failure, so that a record which always fails ends up alone. */
  bisectsOnError: boolean;
  reportsItemFailures: boolean;
  matches: Matches;
  onLogLine: (line: string) => void;
}

export interface EventSource {
  close(): Promise<void>;
}

/** Lambda looks about once a second; a person who waits for a local result should not notice the wait. */
const pollIntervalMs = 100;
/** New shards appear every few hours at most. */
const shardListIntervalMs = 5_000;
const longestBackOffMs = 10_000;

/**
 * Drives a function from a table's stream: in order within each shard, a failed record again and again with growing
 * pauses, none ever skipped. It starts with the oldest record that the stream has, also after a restart, so a consumer
 * sees records again; Lambda too promises no more than at least once.
 */
export function startStreamSource(options: StreamSourceOptions): EventSource {
  const stop = new AbortController();
  const client = new DynamoDBStreamsClient(localClientConfig(options.dynamodbUrl));
  const shards = new Map<string, { finished: boolean; reading: Promise<void> }>();

  async function watchShards(): Promise<void> {
    while (!stop.signal.aborted) {
      const listed = await listShards(client, options.streamArn);
      for (const { ShardId = '', ParentShardId = '' } of listed) {
        // The records of a parent come before those of its children.
        const parentIsPending =
          listed.some((shard) => shard.ShardId === ParentShardId) && !shards.get(ParentShardId)?.finished;
        if (shards.has(ShardId) || parentIsPending) continue;
        const shard = { finished: false, reading: Promise.resolve() };
        shards.set(ShardId, shard);
        shard.reading = readShard(client, ShardId, options, stop.signal).then(() => {
          shard.finished = true;
        });
      }
      await pause(shardListIntervalMs, stop.signal);
    }
  }

  const watching = keepRunning(watchShards, options.onLogLine, stop.signal);
  return {
    async close() {
      stop.abort();
      await watching;
      await Promise.all([...shards.values()].map(({ reading }) => reading));
      client.destroy();
    },
  };
}

async function listShards(client: DynamoDBStreamsClient, streamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: after }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    after = StreamDescription?.LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
}

/** Reads one shard to its end, which only comes when the stream closes it. */
async function readShard(
  client: DynamoDBStreamsClient,
  shardId: string,
  options: StreamSourceOptions,
  signal: AbortSignal,
): Promise<void> {
  let lastSequenceNumber: string | undefined;
  let iterator: string | undefined;
  let ended = false;
  let waiting: StreamRecord[] = [];
  let firstArrivalMs = 0;

  async function read(): Promise<void> {
    iterator ??= await findIterator(client, { streamArn: options.streamArn, shardId, after: lastSequenceNumber });
    const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    iterator = NextShardIterator;
    ended = NextShardIterator === undefined;
    lastSequenceNumber = Records.at(-1)?.dynamodb?.SequenceNumber ?? lastSequenceNumber;
    const fresh = Records.map((record) => streamRecord(record, options.streamArn)).filter(options.matches);
    if (waiting.length === 0) firstArrivalMs = Date.now();
    waiting.push(...fresh);
  }

  async function step(): Promise<void> {
    if (!ended && waiting.length < options.batchSize) {
      await read().catch((error: unknown) => {
        // The next attempt asks for a new iterator: after the last record that was read, or the oldest there is.
        iterator = undefined;
        if (error instanceof TrimmedDataAccessException) lastSequenceNumber = undefined;
        if (!(error instanceof ExpiredIteratorException)) throw error;
      });
    }
    const windowIsOver = Date.now() >= firstArrivalMs + options.batchingWindowSeconds * 1_000;
    if (waiting.length >= options.batchSize || (waiting.length > 0 && (windowIsOver || ended))) {
      const batch = waiting.slice(0, options.batchSize);
      waiting = waiting.slice(options.batchSize);
      await deliver(batch, options, signal);
    } else {
      await pause(pollIntervalMs, signal);
    }
  }

  while (!signal.aborted && !(ended && waiting.length === 0)) await keepRunning(step, options.onLogLine, signal);
}

async function findIterator(
  client: DynamoDBStreamsClient,
  { streamArn, shardId, after }: { streamArn: string; shardId: string; after: string | undefined },
): Promise<string | undefined> {
  const position =
    after === undefined
      ? { ShardIteratorType: 'TRIM_HORIZON' as const }
      : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
  const command = new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shardId, ...position });
  return (await client.send(command)).ShardIterator;
}

/** Hands a batch to the function until every record has been taken. */
async function deliver(batch: StreamRecord[], options: StreamSourceOptions, signal: AbortSignal): Promise<void> {
  let rest = batch;
  let atMost = batch.length;
  for (let failures = 0; rest.length > 0 && !signal.aborted; ) {
    const part = rest.slice(0, atMost);
    const identifiers = part.map(({ dynamodb }) => dynamodb.SequenceNumber);
    const result = await options.lambda.invoke({ Records: part });
    const failed = failedItems(result, { identifiers, reportsItemFailures: options.reportsItemFailures });
    const firstFailed = identifiers.findIndex((identifier) => failed.has(identifier));
    rest = rest.slice(firstFailed === -1 ? part.length : firstFailed);
    if (firstFailed === -1) {
      failures = 0;
      continue;
    }
    failures = firstFailed === 0 ? failures + 1 : 1;
    if (options.bisectsOnError) atMost = Math.max(1, Math.ceil((part.length - firstFailed) / 2));
    const backOffMs = Math.min(longestBackOffMs, 100 * 2 ** failures);
    const reason = result.ok ? 'reported a failed record' : `failed: ${result.error.errorMessage}`;
    options.onLogLine(`${options.lambda.name} ${reason}; ${rest.length} stream records wait ${backOffMs} ms`);
    await pause(backOffMs, signal);
  }
}

/** Repeats what failed for want of an answer of the emulator, with a line in the log, until it is told to stop. */
async function keepRunning(
  run: () => Promise<void>,
  onLogLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) return;
      onLogLine(`reading the stream failed, trying again: ${error}`);
      await pause(1_000, signal);
    }
  }
}
