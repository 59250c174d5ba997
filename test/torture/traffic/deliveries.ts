import type { DynamoDBBatchResponse, DynamoDBRecord, SQSBatchResponse } from 'aws-lambda';
import { runFunction } from '../call.ts';
import type { Chance } from '../chance.ts';
import { subjects } from '../history.ts';
import type { FunctionName } from '../instances.ts';
import { type MemoryQueue, type Message, sqsRecord } from '../memory-queue.ts';
import { lanes } from '../table-stream.ts';
import type { World } from '../world.ts';
import type { Operation } from './operation.ts';

/** The stream's event source hands a batch to the relay, sometimes with records that it has had. */
export async function relayChanges({ world, chance, number }: Operation): Promise<void> {
  await world.stream.read();
  const most = chance.pick([3, 40, 500]);
  const repeated = chance.happens(0.15) ? chance.between(1, 40) : 0;
  await relayLane(world, { lane: chance.below(lanes), most, repeated, place: [number] });
}

export async function relayLane(
  world: World,
  { lane, most, repeated, place }: { lane: number; most: number; repeated: number; place: (number | string)[] },
): Promise<void> {
  await world.stream.deliver(lane, { most, repeated }, async (records) => {
    const about = records.flatMap(newGiftsOf);
    const what = `relay ${records.length} records`;
    const ended = await runFunction(world, {
      function: 'relay-gifts',
      place,
      about,
      event: { Records: records },
      what,
    });
    if (ended.kind !== 'answered') return undefined;
    const [failed] = (ended.value as DynamoDBBatchResponse).batchItemFailures;
    return { failedFrom: failed?.itemIdentifier };
  });
}

/** The announcer's event source hands on a batch, sometimes with records that it has had. */
export async function announce({ world, chance, number }: Operation): Promise<void> {
  await world.changes.read();
  const most = chance.pick([3, 40, 500]);
  const repeated = chance.happens(0.15) ? chance.between(1, 40) : 0;
  await announceLane(world, { lane: chance.below(lanes), most, repeated, place: [number] });
}

/** Tells all that there is to tell. */
export async function announceAll(world: World, place: (number | string)[]): Promise<void> {
  await world.changes.read();
  for (let lane = 0; lane < lanes; lane++)
    await announceLane(world, { lane, most: 10_000, repeated: 0, place: [...place, lane] });
}

/** Tells all that there is to tell, and counts what of it is to be counted. */
export async function tellEverything(world: World, place: (number | string)[]): Promise<void> {
  await announceAll(world, place);
  world.queues.scores.redrive();
  await deliverAll(world, 'scores', [...place, 'scores']);
}

async function announceLane(
  world: World,
  { lane, most, repeated, place }: { lane: number; most: number; repeated: number; place: (number | string)[] },
): Promise<void> {
  await world.changes.deliver(lane, { most, repeated }, async (Records) => {
    const what = `announce ${Records.length} records`;
    const run = { function: 'announce-changes', place, about: [], event: { Records }, what } as const;
    const ended = await runFunction(world, { ...run, about: [] });
    if (ended.kind !== 'answered') return undefined;
    const [failed] = (ended.value as DynamoDBBatchResponse).batchItemFailures;
    return { failedFrom: failed?.itemIdentifier };
  });
}

function newGiftsOf({ dynamodb }: DynamoDBRecord): string[] {
  const before = dynamodb?.OldImage?.outbox?.M ?? {};
  const senderId = dynamodb?.Keys?.pk?.S?.slice('WALLET#'.length) ?? '';
  const keys = Object.keys(dynamodb?.NewImage?.outbox?.M ?? {});
  return keys.filter((giftId) => !(giftId in before)).map((giftId) => subjects.gift(senderId, giftId));
}

export type QueueName = keyof World['queues'];

const workers: Record<QueueName, { worker: FunctionName; batch: number }> = {
  credits: { worker: 'credit-gifts', batch: 10 },
  payouts: { worker: 'submit-payout', batch: 10 },
  runs: { worker: 'work-payout-run', batch: 1 },
  scores: { worker: 'count-scores', batch: 10 },
};

/** A queue's event source hands messages to their function: some twice, some again although they were done. */
export async function deliverMessages({ world, chance, number }: Operation, name: QueueName): Promise<void> {
  const queue = world.queues[name];
  const messages = queue.receive(chance.between(1, workers[name].batch), chance);
  const twice = messages.length > 0 && chance.happens(0.12);
  await Promise.all([
    handle(world, { name, messages, chance, place: [number] }),
    twice ? handleCopies(world, { name, messages, place: [number, 'twice'] }) : undefined,
  ]);
}

type Batch = { name: QueueName; messages: Message[]; place: (number | string)[] };

async function handle(world: World, { chance, ...batch }: Batch & { chance: Chance }): Promise<void> {
  const { name, messages } = batch;
  if (messages.length === 0) return;
  const failed = await handleCopies(world, batch);
  for (const message of messages) {
    // A message that is done stays in the queue when its deletion is late or fails.
    if (failed.has(message.id)) world.queues[name].giveBack(message, chance.below(40));
    else if (!world.isCalm && chance.happens(0.07)) world.queues[name].giveBack(message, chance.below(300));
  }
}

/** Runs the function; gives the messages that it did not handle. */
async function handleCopies(world: World, { name, messages, place }: Batch): Promise<Set<string>> {
  const about = [...new Set(messages.flatMap(({ body }) => subjectsOf(name, body)))];
  const what = `${workers[name].worker} ${messages.map(({ id, receives }) => `${id} (receive ${receives})`).join(', ')}`;
  const event = { Records: messages.map(sqsRecord) };
  const ended = await runFunction(world, { function: workers[name].worker, place, about, event, what });
  if (ended.kind !== 'answered') return new Set(messages.map(({ id }) => id));
  return new Set((ended.value as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}

type AnyMessage = {
  creatorId?: string;
  gifts?: { giftId: string; senderId: string }[];
  payoutId?: string;
  runId?: string;
};

function subjectsOf(name: QueueName, body: string): string[] {
  const { creatorId, gifts = [], payoutId, runId } = JSON.parse(body) as AnyMessage;
  if (name === 'payouts') return payoutId === undefined ? [] : [subjects.payout(payoutId)];
  if (name === 'runs') return runId === undefined ? [] : [subjects.run(runId)];
  const about = gifts.map(({ giftId, senderId }) => subjects.gift(senderId, giftId));
  return creatorId === undefined ? about : [...about, subjects.creator(creatorId)];
}

/** Delivers all there is in a queue, or so many messages, once. */
export async function deliverAll(
  world: World,
  name: QueueName,
  place: (number | string)[],
  most?: number,
): Promise<void> {
  const queue: MemoryQueue = world.queues[name];
  const waiting = queue.receiveAll(most);
  for (let start = 0; start < waiting.length; start += workers[name].batch) {
    const messages = waiting.slice(start, start + workers[name].batch);
    const failed = await handleCopies(world, { name, messages, place: [...place, start] });
    for (const message of messages) if (failed.has(message.id)) queue.giveBack(message, 0);
  }
}
