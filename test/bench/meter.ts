import { BatchGetCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item, Table } from '../../shared/store/table.ts';
import type { Clients } from './ground.ts';
import { transactedWriteUnits } from './item-size.ts';
import { keyOf, type Place, placeOf, type Writes } from './transact-items.ts';

/** What AWS would bill. */
export type Usage = {
  /** Calls of DynamoDB and SQS. */
  requests: number;
  writeUnits: number;
  readUnits: number;
  /** SQS bills every 64 KiB of a call as a request. */
  sqsSends: number;
  sqsMessages: number;
};

/** Usage by operation, such as `UpdateItem`. */
type Operations = Map<string, Usage>;

export type Meter = {
  /** What is counted from now on belongs to this part. */
  begin(part: string): void;
  parts: Map<string, Operations>;
};

const nothing: Usage = { requests: 0, writeUnits: 0, readUnits: 0, sqsSends: 0, sqsMessages: 0 };

export const idleMeter: Meter = { begin: () => undefined, parts: new Map() };

type Consumed = { CapacityUnits?: number };
type Next = (args: { input: object }) => Promise<{ output: object }>;

const bytesPerSqsRequest = 64 * 1024;

/**
 * Counts every call of these clients, and asks DynamoDB what each consumed. Transactions are reckoned from their items
 * before and after instead: DynamoDB Local reports one of the items, at twice its price, for all of them.
 * `looker` reads those items; what it does is not counted.
 */
export function meter({ dynamodb, sqs }: Clients, looker: Table['client']): Meter {
  const parts: Meter['parts'] = new Map();
  let current: Operations = new Map();
  const add = ({ commandName = '' }: { commandName?: string }, used: Partial<Usage>): void => {
    const operation = commandName.replace('Command', '');
    current.set(operation, sum([current.get(operation) ?? nothing, { ...nothing, requests: 1, ...used }]));
  };
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      const { TransactItems } = args.input as TransactWriteCommandInput;
      const { result, writeUnits, readUnits } = TransactItems
        ? await runTransaction(next as Next, args, { looker, writes: TransactItems })
        : await runSingle(next as Next, args, /Update|Put|Delete|Write/.test(context.commandName ?? ''));
      add(context, { writeUnits, readUnits });
      return result as Awaited<ReturnType<typeof next>>;
    },
    { step: 'initialize', priority: 'high' },
  );
  sqs.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName?.startsWith('SendMessage')) add(context, countMessages(args.input));
      return next(args);
    },
    { step: 'initialize', priority: 'low' },
  );
  return {
    parts,
    begin(part) {
      current = parts.get(part) ?? new Map();
      parts.set(part, current);
    },
  };
}

async function runSingle(next: Next, args: { input: object }, isWrite: boolean) {
  (args.input as { ReturnConsumedCapacity?: string }).ReturnConsumedCapacity = 'TOTAL';
  const result = await next(args);
  const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
  const units = [ConsumedCapacity ?? []].flat().reduce((total, { CapacityUnits = 0 }) => total + CapacityUnits, 0);
  return { result, writeUnits: isWrite ? units : 0, readUnits: isWrite ? 0 : units };
}

async function runTransaction(next: Next, args: { input: object }, of: { looker: Table['client']; writes: Writes }) {
  const places = of.writes.map(placeOf);
  const before = await readItems(of.looker, places);
  const result = await next(args);
  const after = await readItems(of.looker, places);
  const units = places.map((place) => transactedWriteUnits({ before: before.get(place), after: after.get(place) }));
  return { result, writeUnits: units.reduce((total, each) => total + each, 0), readUnits: 0 };
}

/** One BatchGetItem holds as many keys as a transaction does. */
async function readItems(looker: Table['client'], places: Place[]): Promise<Map<Place, Item>> {
  const byTable = Map.groupBy(places, ({ table }) => table);
  const RequestItems = Object.fromEntries(
    [...byTable].map(([table, ofTable]) => [table, { Keys: ofTable.map(({ key }) => key), ConsistentRead: true }]),
  );
  const { Responses = {} } = await looker.send(new BatchGetCommand({ RequestItems }));
  const found = new Map(
    Object.entries(Responses).flatMap(([table, items]) =>
      items.map((item) => [JSON.stringify([table, keyOf(item)]), item] as const),
    ),
  );
  return new Map(
    places.flatMap((place) => {
      const item = found.get(JSON.stringify([place.table, place.key]));
      return item ? [[place, item] as const] : [];
    }),
  );
}

function countMessages(input: object): Pick<Usage, 'sqsSends' | 'sqsMessages'> {
  const { Entries, MessageBody } = input as { Entries?: { MessageBody?: string }[]; MessageBody?: string };
  const bodies = Entries?.map((entry) => entry.MessageBody ?? '') ?? [MessageBody ?? ''];
  const bytes = bodies.reduce((total, body) => total + Buffer.byteLength(body), 0);
  return { sqsSends: Math.max(1, Math.ceil(bytes / bytesPerSqsRequest)), sqsMessages: bodies.length };
}

export function sum(usages: Iterable<Usage>): Usage {
  const total = { ...nothing };
  for (const usage of usages) for (const key of Object.keys(total) as (keyof Usage)[]) total[key] += usage[key];
  return total;
}

export function perGift(usage: Usage, gifts: number): Usage {
  return Object.fromEntries(Object.entries(usage).map(([key, value]) => [key, value / gifts])) as Usage;
}
