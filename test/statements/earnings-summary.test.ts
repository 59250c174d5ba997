import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { Leaders } from '../../shared/statements/leaders.ts';
import { EarningsSummaryAnswer } from '../../shared/statements/schemas.ts';
import { summarizeEarnings } from '../../shared/statements/summarize-earnings.ts';
import { newWorld, type World } from '../support/people.ts';
import { creditAt, giftOf, reverseAt } from './history.ts';

const begin = new Date('2026-10-01T12:00:00.000Z');
const now = new Date('2026-10-20T12:00:00.000Z');

let world: World;
beforeAll(async () => {
  world = await newWorld(begin);
});

async function newCreator(creatorId: string): Promise<string> {
  const command = { creatorId, ownerUserId: 'cyril', region: 'US', giftsEnabled: true, now: begin };
  const creator = await putCreator(world, command);
  if (isRefusal(creator)) throw new Error(creator.detail);
  return creatorId;
}

async function summaryOf(creatorId: string, range: { from: string; to: string }) {
  const summary = await summarizeEarnings(world, { creatorId, ...range, now });
  if (isRefusal(summary)) throw new Error(summary.detail);
  return EarningsSummaryAnswer.parse(summary);
}

const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('the summary of earnings', () => {
  it('tells by the day, and by live or video, gift and supporter, what gifts brought', async () => {
    const creatorId = await newCreator('cleo');
    const { ledger } = world;
    const [monday, tuesday] = [new Date('2026-10-05T12:00:00.000Z'), new Date('2026-10-06T12:00:00.000Z')];
    const car = { gift: 'luxury_car', unitPrice: 2699, milliDiamonds: 1_349_500, senderId: 'bob' };
    const video = { type: 'video', id: 'video-7' } as const;
    const gifts = [
      giftOf({ sentAt: monday.getTime(), quantity: 5, milliDiamonds: 2500 }),
      giftOf({ sentAt: monday.getTime(), ...car, context: video }),
    ];
    await creditAt(ledger, { creatorId, gifts, now: monday });
    const [rose] = await creditAt(ledger, { creatorId, gifts: [giftOf({ sentAt: tuesday.getTime() })], now: tuesday });
    if (!rose) throw new Error('There is no gift.');
    await reverseAt(ledger, { gift: rose, undo: false, now: tuesday });
    const summary = await summaryOf(creatorId, { from: '2026-10-05', to: '2026-10-07' });
    expect(summary.days).toMatchObject([
      { day: '2026-10-05', state: 'final', gifts: 6, coins: 2704, credited: '1352', reversed: '0', value: usd(1352) },
      { day: '2026-10-06', state: 'final', gifts: 1, coins: 1, credited: '0.5', reversed: '0.5', value: usd(0) },
      { day: '2026-10-07', state: 'final', gifts: 0, coins: 0, credited: '0', reversed: '0', value: usd(0) },
    ]);
    expect(summary.total).toMatchObject({
      gifts: 7,
      coins: 2705,
      credited: '1352.5',
      reversed: '0.5',
      value: usd(1352),
    });
    const none = { gifts: 0, diamonds: '0' };
    expect(summary.contexts).toEqual({
      first: [
        { type: 'video', id: 'video-7', gifts: 1, diamonds: '1349.5' },
        { type: 'live', id: 'live-1', gifts: 6, diamonds: '3' },
      ],
      rest: none,
    });
    expect(summary.gifts.first).toEqual([
      { gift: 'luxury_car', gifts: 1, diamonds: '1349.5' },
      { gift: 'rose', gifts: 6, diamonds: '3' },
    ]);
    expect(summary.supporters).toEqual({
      first: [
        { userId: 'bob', gifts: 1, diamonds: '1349.5' },
        { userId: 'ana', gifts: 6, diamonds: '3' },
      ],
      rest: none,
    });
  });

  it('includes the day that is under way, which is not kept', async () => {
    const creatorId = await newCreator('dora');
    for (const hour of ['09', '11']) {
      const at = new Date(`2026-10-20T${hour}:00:00.000Z`);
      await creditAt(world.ledger, { creatorId, gifts: [giftOf({ sentAt: at.getTime() })], now: at });
      const { days } = await summaryOf(creatorId, { from: '2026-10-19', to: '2026-10-20' });
      const gifts = hour === '09' ? 1 : 2;
      expect(days).toMatchObject([
        { day: '2026-10-19', state: 'final', gifts: 0 },
        { day: '2026-10-20', state: 'open', gifts },
      ]);
      expect(days[1]).not.toHaveProperty('partial');
    }
  });

  it('says so when the day that is under way has more gifts than a request reads', async () => {
    const creatorId = await newCreator('fay');
    for (const shard of [0, 1]) {
      const at = new Date(`2026-10-20T0${shard}:30:00.000Z`);
      await creditAt(world.ledger, { creatorId, gifts: [giftOf({ sentAt: at.getTime() })], shard, now: at });
    }
    const question = { creatorId, from: '2026-10-20', to: '2026-10-20', now };
    const inPart = await summarizeEarnings(world, { ...question, pagesOfOpenDay: 1 });
    expect(inPart).toMatchObject({ days: [{ state: 'open', partial: true, gifts: 1 }] });
    expect(await summarizeEarnings(world, question)).toMatchObject({ days: [{ state: 'open', gifts: 31 }] });
  });

  it('tells at which rate gifts were credited, whatever holds now', async () => {
    const creatorId = await newCreator('eve');
    const effectiveAt = '2026-10-10T12:00:00.000Z';
    const value = { ...catalogDefaults.rates, coinsPerDiamond: 3 };
    await putVersion(world.catalogTable, 'rates', { version: 'dearer', effectiveAt, value });
    for (const at of [new Date('2026-10-10T11:59:59.999Z'), new Date(effectiveAt)]) {
      const milliDiamonds = at.toISOString() < effectiveAt ? 1500 : 1000;
      const gifts = [giftOf({ sentAt: at.getTime(), unitPrice: 3, milliDiamonds })];
      await creditAt(world.ledger, { creatorId, gifts, now: at });
    }
    const { days, rates } = await summaryOf(creatorId, { from: '2026-10-10', to: '2026-10-10' });
    expect(days[0]).toMatchObject({ credited: '2.5', value: usd(2) });
    expect(rates).toMatchObject([
      { coinsPerDiamond: 2, diamonds: '1.5' },
      { version: 'dearer', coinsPerDiamond: 3, effectiveAt, diamonds: '1' },
    ]);
  });

  it.each([
    ['more than 92 days', { from: '2026-07-20', to: '2026-10-20' }],
    ['a day after today', { from: '2026-10-20', to: '2026-10-21' }],
    ['an end before its beginning', { from: '2026-10-20', to: '2026-10-19' }],
  ])('is refused for %s', async (_, range) => {
    const refused = await summarizeEarnings(world, { creatorId: 'cy', ...range, now });
    expect(refused).toMatchObject({ code: 'malformed_request' });
    const longest = { from: '2026-07-21', to: '2026-10-20' };
    expect((await summaryOf('cy', longest)).days).toHaveLength(92);
  });
});

describe('a ranking', () => {
  it('adds up to everything, and lists nobody with more than they brought', () => {
    const share = fc.record({ name: fc.nat({ max: 40 }).map(String), amount: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(share, { maxLength: 200 }), fc.integer({ min: 2, max: 12 }), (shares, most) => {
        const leaders = new Leaders(most);
        const truth = new Map<string, number>();
        for (const { name, amount } of shares) {
          leaders.add(name, { gifts: 1, milliDiamonds: amount });
          truth.set(name, (truth.get(name) ?? 0) + amount);
        }
        const { first, rest } = leaders.ranking(5);
        expect(first.length).toBeLessThanOrEqual(5);
        const sum = first.reduce((total, { milliDiamonds }) => total + milliDiamonds, rest.milliDiamonds);
        expect(sum).toBe(shares.reduce((total, { amount }) => total + amount, 0));
        for (const { name, milliDiamonds } of first) expect(milliDiamonds).toBeLessThanOrEqual(truth.get(name) ?? 0);
        if (truth.size <= most)
          for (const { name, milliDiamonds } of first) expect(milliDiamonds).toBe(truth.get(name));
      }),
    );
  });
});
