import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { announceChanges } from '../../shared/events/announce-changes.ts';
import type { Event } from '../../shared/events/event.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { captureLog } from '../support/capture-output.ts';
import { allChanges, startQueue } from '../support/deliver.ts';
import { verifiedProfile } from '../support/payouts.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';
import { type Desk, openDesk, register } from './announcing.ts';

let world: World;
let desk: Desk;
let records: DynamoDBRecord[];
const now = new Date();
const roseId = newId(now);

/** Ana buys, gives a rose, is frozen, tries another one, is free and is given coins; Cy is credited and withdraws. */
beforeAll(async () => {
  world = await newWorld(now, { stream: true });
  desk = await openDesk(world);
  await fanWith(world, { userId: 'ana', coins: 400, now });
  await give(roseId);
  await give(roseId);
  const freeze = { userId: 'ana', reason: 'Under review', caller: 'operator', now };
  await setWalletStatus(world.ledger, { ...freeze, status: 'frozen' });
  expect(isRefusal(await give(newId(now)))).toBe(true);
  await setWalletStatus(world.ledger, { ...freeze, status: 'active', now: new Date(now.getTime() + 1_000) });
  await grantCoins(world, { grantId: newId(now), userId: 'ana', coins: 50, reason: 'Outage', caller: 'operator', now });
  for (const message of packGifts(giftsOf(await walletOf(world, 'ana'))))
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, now);
  await putPayoutProfile(world.ledger, { creatorId: 'cy', ...verifiedProfile, changedBy: 'app', now });
  const payout = { payoutId: newId(now), creatorId: 'cy', asked: 'all', requestedBy: 'app', now };
  const payouts = await startQueue();
  const requested = await requestPayout({ ...world, payouts }, payout).finally(payouts.close);
  expect(isRefusal(requested)).toBe(false);
  records = await allChanges(world.ledger);
});
afterAll(() => desk.close());

function give(giftId: string) {
  const gift = { senderId: 'ana', creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: 300 };
  return sendGift(world, { giftId, ...gift, context: { type: 'live', id: 'live-1' } }, now);
}

function ofType(events: Event[], type: Event['type']): Event[] {
  return events.filter((event) => event.type === type);
}

describe('announcing what is committed', () => {
  it('tells each thing that happened once, in order, and nothing of what was refused or repeated', async () => {
    expect(await announceChanges(desk.announcer, records)).toEqual({ failedFrom: undefined });
    const events = await desk.onBus();
    expect(events.map(({ type }) => type)).toEqual([
      'recharge.paid',
      'gift.sent',
      'wallet.frozen',
      'wallet.unfrozen',
      'coins.granted',
      'gift.credited',
      'payout.requested',
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('says what a gift was, whose wallet it came from and at which version, and nothing about persons', async () => {
    const [sent] = ofType(await desk.onBus(), 'gift.sent');
    expect(sent).toEqual({
      id: expect.stringMatching(/^evt_[\w-]{32}$/),
      type: 'gift.sent',
      schemaVersion: 1,
      time: now.toISOString(),
      subject: 'wallets/ana',
      sequence: expect.any(Number),
      data: {
        ...{ giftId: roseId, senderId: 'ana', creatorId: 'cy', gift: 'tip', quantity: 1, coins: 300 },
        diamonds: '150',
        context: { type: 'live', id: 'live-1' },
      },
    });
    const all = JSON.stringify(await desk.onBus());
    for (const personal of ['1995-04-12', 'example.com', 'Under review', 'Outage', 'operator'])
      expect(all).not.toContain(personal);
  });

  it('numbers what a wallet itself tells by its version, so that it can be put in order', async () => {
    const told = (await desk.onBus()).filter(({ subject, sequence }) => subject === 'wallets/ana' && sequence);
    const sequences = told.map(({ sequence }) => Number(sequence));
    expect(sequences).toHaveLength(3);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  });

  it('gives the same ids to the same records, also after the function died between sending and its answer', async () => {
    const before = (await desk.onBus()).map(({ id }) => id);
    await announceChanges(desk.announcer, records);
    const after = (await desk.onBus()).map(({ id }) => id);
    expect(after).toEqual([...before, ...before]);
  });

  it('lets out only the types of the installation', async () => {
    const quiet = await openDesk(world);
    await announceChanges({ ...quiet.announcer, announced: new Set(['recharge.paid']) }, records);
    expect((await quiet.onBus()).map(({ type }) => type)).toEqual(['recharge.paid']);
    await quiet.close();
  });

  it('passes by a record that cannot be read, counts it, and tells the others', async () => {
    const other = await openDesk(world);
    const [first, ...rest] = structuredClone(
      records.filter(({ dynamodb }) => dynamodb?.Keys?.sk?.S?.startsWith('ENTRY')),
    );
    if (first?.dynamodb?.NewImage) first.dynamodb.NewImage.at = { S: 'yesterday' };
    const log = captureLog();
    const announced = await announceChanges(other.announcer, [first as DynamoDBRecord, ...rest]).finally(log.restore);
    expect(announced).toEqual({ failedFrom: undefined });
    expect(log.lines.join('\n')).toContain('unreadable stream record');
    expect(await other.onBus()).toHaveLength(2);
    await other.close();
  });
});

describe('webhooks of what is committed', () => {
  it('wait as one message for each endpoint that is on and asked for the type, in order', async () => {
    await register(world.ledger, { endpointId: 'all' });
    await register(world.ledger, { endpointId: 'gifts', types: ['gift.sent', 'gift.credited'] });
    await register(world.ledger, { endpointId: 'off', enabled: false });
    await announceChanges(desk.announcer, records);
    const waiting = await desk.waiting();
    const of = (endpointId: string, subject: string) =>
      waiting
        .filter((message) => message.endpointId === endpointId && message.event.subject === subject)
        .map(({ event }) => event.type);
    expect(of('all', 'wallets/ana')).toEqual([
      'recharge.paid',
      'gift.sent',
      'wallet.frozen',
      'wallet.unfrozen',
      'coins.granted',
      'gift.credited',
    ]);
    expect(of('gifts', 'wallets/ana')).toEqual(['gift.sent', 'gift.credited']);
    expect(waiting).toHaveLength(9);
  });

  it('are not doubled by a record that comes twice within minutes', async () => {
    await announceChanges(desk.announcer, records);
    expect(await desk.waiting()).toEqual([]);
  });
});

describe('what does not take the events', () => {
  const sequenceOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber;
  const sent = () => records.find(({ dynamodb }) => dynamodb?.NewImage?.outbox?.M?.[roseId] !== undefined);

  it('has the stream deliver again from the first record of which something is missing', async () => {
    const other = await openDesk(world);
    const bus = mockClient(other.announcer.bus.client);
    bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { DetailType: string }[] }) => ({
      Entries: Entries.map(({ DetailType }) =>
        DetailType === 'gift.sent' ? { ErrorCode: 'ThrottlingException' } : { EventId: '1' },
      ),
    }));
    expect(await announceChanges(other.announcer, records)).toEqual({ failedFrom: sequenceOf(sent()) });
    expect(bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries?.length)).toEqual([7, 1, 1]);
    await other.close();
  });

  it('puts an entry that failed once by itself, in the same invocation', async () => {
    const other = await openDesk(world);
    const bus = mockClient(other.announcer.bus.client);
    bus.on(PutEventsCommand).rejectsOnce(new Error('no answer')).resolves({ Entries: [] });
    expect(await announceChanges(other.announcer, records)).toEqual({ failedFrom: undefined });
    await other.close();
  });

  it('is not waited for when it never will: the event is counted and logged whole, and the others go out', async () => {
    const other = await openDesk(world);
    const bus = mockClient(other.announcer.bus.client);
    bus.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'MalformedDetail' }] });
    const log = captureLog();
    const announced = await announceChanges(other.announcer, records).finally(log.restore);
    expect(announced).toEqual({ failedFrom: undefined });
    expect(log.lines.find((line) => line.includes('the bus refuses an event'))).toContain('"type":"recharge.paid"');
    await other.close();
  });

  it('is the queue as well as the bus', async () => {
    const other = await openDesk(world);
    const sqs = mockClient(other.queue.client);
    sqs.on(SendMessageBatchCommand).resolvesOnce({}).rejects(new Error('no answer'));
    const { failedFrom } = await announceChanges(other.announcer, records);
    expect(failedFrom).toBe(sequenceOf(sent()));
    sqs.restore();
    await other.close();
  });
});
