import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeAccount } from '../../shared/accounts/close-account.ts';
import type { Campaign } from '../../shared/catalog/campaign-schema.ts';
import { spendingDefaults } from '../../shared/catalog/spending-rules.ts';
import { announceChanges } from '../../shared/events/announce-changes.ts';
import type { Event } from '../../shared/events/event.ts';
import { rebuildEvents } from '../../shared/events/rebuild-events.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { endPromotion } from '../../shared/shop/end-promotion.ts';
import { purchaseItem } from '../../shared/shop/purchase-item.ts';
import { startPromotion } from '../../shared/shop/start-promotion.ts';
import { setLimits } from '../../shared/users/set-limits.ts';
import { bonus, ordered } from '../campaigns/campaign-world.ts';
import { allChanges } from '../support/deliver.ts';
import { fanWith, register, type World } from '../support/people.ts';
import { expire, newRuledWorld } from '../support/wallet-rules.ts';
import { type Desk, openDesk } from './announcing.ts';

let world: World;
let desk: Desk;
let events: Event[];
const now = new Date();
const day = 86_400_000;
const inDays = (days: number) => new Date(now.getTime() + days * day);
const promotionId = newId(now);

const campaign: Campaign = {
  ...bonus,
  from: '2020-01-01T00:00:00.000Z',
  until: '2100-01-01T00:00:00.000Z',
  packages: ['us-app-1000', 'us-app-3500'],
  bonus: { basisPoints: 2_000 },
  budgetCoins: 590,
};

beforeAll(async () => {
  const spending = { ...spendingDefaults, default: { day: 1_000, week: 4_000 } };
  const shared = { spending, campaigns: { campaigns: [campaign] } };
  world = await newRuledWorld(now, shared, 10_000, { stream: true });
  desk = await openDesk(world);
  for (const userId of ['ana', 'bob', 'eve', 'pat']) await fanWith(world, { userId, coins: 1_200, now });
  // Ana's own limit is reached step by step, to the coin.
  done(await setLimits(world, { userId: 'ana', limits: { day: 100 }, caller: 'app', now }));
  for (const coins of [49, 1, 29]) done(await give('ana', coins));
  expect(isRefusal(await give('ana', 22))).toBe(true);
  done(await give('ana', 21));
  // Bob's wallet is an ordinary one, for whom only the platform's caps hold.
  for (const coins of [499, 301, 200]) done(await give('bob', coins));
  // Eve lowers a limit to what she has spent, and then below it.
  done(await give('eve', 60));
  for (const limit of [200, 100, 60])
    done(await setLimits(world, { userId: 'eve', limits: { day: limit }, caller: 'app', now }));
  // Pat sets coins aside for a promotion, gets them back and spends them again.
  done(
    await startPromotion(world, {
      promotionId,
      userId: 'pat',
      videoId: 'v',
      budget: 500,
      endsAt: inDays(3).toISOString(),
      now,
    }),
  );
  done(await endPromotion(world.ledger, { promotionId, userId: 'pat', state: 'canceled', now }));
  done(await give('pat', 500));
  await spendElsewhere();
  events = await announced();
}, 60_000);
afterAll(() => desk.close());

/** A purchase, coins that expire, an account that is closed, and a campaign that two orders use up. */
async function spendElsewhere(): Promise<void> {
  await fanWith(world, { userId: 'sam', coins: 60, now });
  const purchase = { purchaseId: newId(now), userId: 'sam', item: 'sticker_sunny_day', unitPrice: 50, now };
  done(await purchaseItem(world, purchase));
  expect(isRefusal(await purchaseItem(world, { ...purchase, purchaseId: newId(now) }))).toBe(true);
  for (const userId of ['lou', 'zoe', 'buyer', 'other']) await register(world, userId, now);
  for (const [coins, expiresAfterDays] of [
    [30, 10],
    [70, 20],
  ] as const) {
    const grant = { grantId: newId(now), userId: 'lou', coins, expiresAfterDays, reason: 'r', caller: 'op', now };
    done(await grantCoins(world, grant));
  }
  await expire(world, inDays(6.9));
  done(await give('lou', 5));
  await expire(world, inDays(7));
  await expire(world, inDays(7.1));
  await expire(world, inDays(10));
  const wishes = { forfeit: true, waiveWithdrawal: true, leaveEarnings: true };
  const close = { ...wishes, userId: 'zoe', requestId: newId(now), caller: 'app', now };
  done(await closeAccount(world, close));
  done(await closeAccount(world, close));
  await ordered(world, 'buyer', { at: now });
  await ordered(world, 'other', { at: now });
}

function done<Result>(result: Result | Refusal): Result {
  if (isRefusal(result)) throw new Error(`${result.code}: ${result.detail}`);
  return result;
}

function give(senderId: string, coins: number) {
  const gift = { senderId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: coins };
  return sendGift(world, { giftId: newId(now), ...gift, context: { type: 'live', id: 'live-1' } }, now);
}

async function announced(): Promise<Event[]> {
  const before = (await desk.onBus()).length;
  await announceChanges(desk.announcer, await allChanges(world.ledger));
  return (await desk.onBus()).slice(before);
}

function reached(userId: string): unknown[] {
  return events
    .filter(({ type, subject }) => type === 'budget.reached' && subject === `wallets/${userId}`)
    .map(({ data: { setBy, period, percent, spentCoins, leftCoins } }) => [
      setBy,
      period,
      percent,
      spentCoins,
      leftCoins,
    ]);
}

function ofType(type: Event['type'], told = events): Event[] {
  return told.filter((event) => event.type === type);
}

describe('a budget', () => {
  it('is told when half, four fifths and all of a limit are spent, also by a gift that takes exactly the rest', () => {
    expect(reached('ana')).toEqual([
      ['user', 'day', 50, 50, 50],
      ['user', 'day', 80, 100, 0],
      ['user', 'day', 100, 100, 0],
    ]);
  });

  it('is told of the platform’s caps, of wallets that have no rules of their own', () => {
    expect(reached('bob')).toEqual([
      ['platform', 'day', 50, 800, 200],
      ['platform', 'day', 80, 800, 200],
      ['platform', 'day', 100, 1_000, 0],
    ]);
  });

  it('is told when a limit is lowered to what is spent already, and not when it comes nearer only', () => {
    expect(reached('eve')).toEqual([
      ['user', 'day', 50, 60, 40],
      ['user', 'day', 80, 60, 0],
      ['user', 'day', 100, 60, 0],
    ]);
  });

  it('says whose limit, of which days and how high, in the order of the wallet', () => {
    const [first, second] = ofType('budget.reached').filter(({ subject }) => subject === 'wallets/ana');
    expect(first?.data).toMatchObject({ userId: 'ana', since: now.toISOString().slice(0, 10), limitCoins: 100 });
    expect(first?.sequence).toBeLessThan(Number(second?.sequence));
  });

  it('that is spent, given back and spent again has one id', () => {
    const told = ofType('budget.reached').filter(({ subject }) => subject === 'wallets/pat');
    expect(told.map(({ data }) => data.percent)).toEqual([50, 50]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  });

  it('that was reached just before midnight is told of the day that is over, however late it is committed', async () => {
    const records = (await allChanges(world.ledger)).filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S === 'WALLET#bob');
    const late = structuredClone(records);
    for (const { dynamodb } of late) if (dynamodb) dynamodb.ApproximateCreationDateTime = inDays(40).getTime() / 1_000;
    const before = (await desk.onBus()).length;
    await announceChanges(desk.announcer, late);
    const told = ofType('budget.reached', (await desk.onBus()).slice(before));
    expect(told.map(({ data }) => [data.percent, data.since])).toEqual(
      [50, 80, 100].map((percent) => [percent, now.toISOString().slice(0, 10)]),
    );
  });

  it('is told with the same ids by the same records', async () => {
    expect((await announced()).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });
});

describe('what is bought, expires, ends and is used up', () => {
  it('is told once when something is bought, and not when it is refused', () => {
    expect(ofType('purchase.made').map(({ data }) => data)).toEqual([
      { purchaseId: expect.any(String), userId: 'sam', item: 'sticker_sunny_day', coins: 50 },
    ]);
  });

  it('is told three days before coins expire, of each lot once, with what is left of it then', () => {
    expect(ofType('promo.expiring').map(({ time, data }) => [time, data])).toEqual([
      [
        inDays(7).toISOString(),
        { userId: 'lou', lotId: expect.any(String), coins: 25, expiresAt: inDays(10).toISOString() },
      ],
    ]);
  });

  it('is told when they have expired', () => {
    const lotId = ofType('promo.expiring')[0]?.data.lotId;
    expect(ofType('promo.expired').map(({ data }) => data)).toEqual([
      { entryId: expect.any(String), userId: 'lou', coins: 25, lots: [{ lotId, coins: 25 }] },
    ]);
  });

  it('is told when an account is closed', () => {
    expect(ofType('account.closed').map(({ subject, data }) => [subject, data])).toEqual([
      ['wallets/zoe', { userId: 'zoe' }],
    ]);
  });

  it('is told when a campaign has less left than any order takes', () => {
    expect(ofType('campaign.exhausted').map(({ subject, data }) => [subject, data])).toEqual([
      ['campaigns/black_friday', { campaign: 'black_friday', budgetCoins: 590, leftCoins: 190 }],
    ]);
  });

  it('is told again from the ledger with the ids that it had', async () => {
    const since = new Date(now.getTime() - day).toISOString();
    for (const [userId, type] of [
      ['sam', 'purchase.made'],
      ['lou', 'promo.expired'],
      ['zoe', 'account.closed'],
    ] as const) {
      const again = done(await rebuildEvents(world.ledger, { whose: { userId }, since, cursor: undefined }));
      expect(ofType(type, again.events).map(({ id }) => id)).toEqual(ofType(type).map(({ id }) => id));
    }
  });
});
