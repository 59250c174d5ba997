import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { announceChanges } from '../../shared/events/announce-changes.ts';
import type { Event } from '../../shared/events/event.ts';
import { rebuildEvents, type Whose } from '../../shared/events/rebuild-events.ts';
import { replayEvents } from '../../shared/events/replay-events.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { allChanges, startQueue } from '../support/deliver.ts';
import { verifiedProfile } from '../support/payouts.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';
import { type Desk, openDesk, register } from './announcing.ts';

let world: World;
let desk: Desk;
const now = new Date();
const since = new Date(now.getTime() - 60_000).toISOString();

/** Fifty gifts of Ana's are credited, and one waits; then her wallet is frozen, and Cy withdraws. */
beforeAll(async () => {
  world = await newWorld(now, { stream: true });
  desk = await openDesk(world);
  await fanWith(world, { userId: 'ana', coins: 5_000, now });
  for (let batch = 0; batch < 5; batch++) {
    await Promise.all(Array.from({ length: 10 }, () => give()));
    await credit();
  }
  await give();
  const freeze = { userId: 'ana', reason: 'Under review', caller: 'operator', now } as const;
  await setWalletStatus(world.ledger, { ...freeze, status: 'frozen' });
  await putPayoutProfile(world.ledger, { creatorId: 'cy', ...verifiedProfile, changedBy: 'app', now });
  const payouts = await startQueue();
  const payout = { payoutId: newId(now), creatorId: 'cy', asked: 'all', requestedBy: 'app', now };
  await requestPayout({ ...world, payouts }, payout).finally(payouts.close);
  await announceChanges(desk.announcer, await allChanges(world.ledger));
  await desk.waiting();
}, 30_000);
afterAll(() => desk.close());

async function give(): Promise<void> {
  const gift = { senderId: 'ana', creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: 40 };
  const sent = await sendGift(world, { giftId: newId(now), ...gift, context: { type: 'live', id: 'live-1' } }, now);
  if (isRefusal(sent)) throw new Error(sent.detail);
}

async function credit(): Promise<void> {
  for (const message of packGifts(giftsOf(await walletOf(world, 'ana'))))
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, now);
}

/** All pages, of a few entries each. */
async function rebuilt(whose: Whose, from = since): Promise<Event[]> {
  const events: Event[] = [];
  let cursor: string | undefined;
  do {
    const page = await rebuildEvents(world.ledger, { whose, since: from, cursor, most: 3 });
    if (isRefusal(page)) throw new Error(page.detail);
    events.push(...page.events);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return events;
}

function idsOf(events: Event[]): string[] {
  return [...new Set(events.map(({ id }) => id))].sort();
}

/** What a rebuilt event may lack, and nothing else. */
function withoutSequence({ sequence: _, ...event }: Event): Omit<Event, 'sequence'> {
  return event;
}

describe('events made again from the ledger', () => {
  it('of a wallet are those that were announced, with the same ids and the same content', async () => {
    const announced = (await desk.onBus()).filter(({ subject }) => subject === 'wallets/ana');
    const again = await rebuilt({ userId: 'ana' });
    expect(announced.filter(({ type }) => type === 'gift.sent')).toHaveLength(51);
    expect(idsOf(again)).toEqual(idsOf(announced));
    const byId = new Map(announced.map((event) => [event.id, event]));
    for (const event of again) expect(withoutSequence(event)).toEqual(withoutSequence(byId.get(event.id) as Event));
  });

  it('of a creator are the credits, of all senders, and the payouts', async () => {
    const announced = (await desk.onBus()).filter(({ type }) => type === 'gift.credited' || type.startsWith('payout.'));
    const again = await rebuilt({ creatorId: 'cy' });
    expect(idsOf(again)).toEqual(idsOf(announced));
    const byId = new Map(announced.map((event) => [event.id, event]));
    for (const { id, type, data } of again) {
      expect(byId.get(id)?.type).toBe(type);
      expect(data).toEqual(byId.get(id)?.data);
    }
  });

  it('begin where they are asked to', async () => {
    const later = new Date(now.getTime() + 60_000).toISOString();
    expect(await rebuilt({ userId: 'ana' }, later)).toEqual([]);
    expect(await rebuilt({ creatorId: 'cy' }, later)).toEqual([]);
    expect(await rebuilt({ userId: 'nobody' })).toEqual([]);
  });

  it('refuse a cursor that is none of theirs', async () => {
    const asked = { whose: { userId: 'ana' }, since, cursor: 'abc' };
    expect(await rebuildEvents(world.ledger, asked)).toMatchObject({ code: 'malformed_request' });
  });
});

describe('a replay', () => {
  const stores = () => ({ ledger: world.ledger, deliveries: desk.queue, announced: desk.announcer.announced });

  it('tells again whoever wants the type, or the one endpoint that is named, however short ago they were told', async () => {
    await register(world.ledger, { endpointId: 'all' });
    await register(world.ledger, { endpointId: 'payouts', types: ['payout.requested'] });
    for (let time = 1; time <= 2; time++) {
      const replayed = await replayEvents(stores(), { creatorId: 'cy', since }, new Date());
      if (isRefusal(replayed)) throw new Error(replayed.detail);
      const waiting = await desk.waiting();
      expect(waiting).toHaveLength(replayed.deliveries);
      expect(waiting.filter(({ endpointId }) => endpointId === 'payouts')).toHaveLength(1);
    }
    const named = { creatorId: 'cy', since, endpointId: 'payouts' };
    expect(await replayEvents(stores(), named, new Date())).toMatchObject({ deliveries: 1 });
  });

  it('refuses an endpoint that nobody registered', async () => {
    const asked = { userId: 'ana', since, endpointId: 'nobody' };
    expect(await replayEvents(stores(), asked, new Date())).toMatchObject({ code: 'webhook_endpoint_not_found' });
  });
});
