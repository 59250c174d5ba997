import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { readShards } from '../../shared/earnings/read-shards.ts';
import { newId } from '../../shared/identifiers.ts';
import { formatDiamonds } from '../../shared/money/diamonds.ts';
import { minor } from '../../shared/money/units.ts';
import type { PayoutStatus } from '../../shared/payouts/payout-news.ts';
import { settlePayout } from '../../shared/payouts/settle-payout.ts';
import { payableOf } from '../../shared/payouts/take-diamonds.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { getStatement } from '../../shared/statements/get-statement.ts';
import { getTaxYear } from '../../shared/statements/get-tax-year.ts';
import type { MonthlyStatementAnswer } from '../../shared/statements/schemas.ts';
import { statementCsv } from '../../shared/statements/statement-csv.ts';
import type { GiftEntry } from '../../shared/store/items/wallet-entry.ts';
import { ask, nextCreator, openPayoutDesk, type PayoutDesk, readPayout, submit } from '../support/payouts.ts';
import { creditAt, giftOf, reverseAt } from './history.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
afterAll(() => desk.close());

const statuses = ['SUCCESS', 'FAILED', 'BLOCKED', 'RETURNED', 'REVERSED'] as const;

type Step = { hours: number } & (
  | { kind: 'credit'; coins: number[]; shard: number; lateHours: number }
  | { kind: 'reverse'; which: number; undo: boolean }
  | { kind: 'request'; diamonds: string }
  | { kind: 'settle'; which: number; status: PayoutStatus }
);

const hours = fc.integer({ min: 0, max: 40 });
const which = fc.nat({ max: 9 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('credit' as const),
      hours,
      coins: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 4 }),
      shard: fc.integer({ min: 0, max: 2 }),
      lateHours: fc.constantFrom(0, 0, 1, 30, 100),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reverse' as const), hours, which, undo: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      hours,
      diamonds: fc.oneof(fc.constant('all'), fc.integer({ min: 100, max: 500 }).map(String)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), hours, which, status: fc.constantFrom(...statuses) }),
  },
);

type History = { gifts: GiftEntry[]; reversed: GiftEntry[]; payouts: string[]; now: Date };

async function take(current: Step, history: History): Promise<void> {
  const { creatorId } = desk;
  const { ledger } = desk.world;
  history.now = new Date(history.now.getTime() + current.hours * 3_600_000);
  const { now } = history;
  if (current.kind === 'credit') {
    const sentAt = now.getTime() - current.lateHours * 3_600_000;
    const gifts = current.coins.map((coins) => giftOf({ sentAt, unitPrice: coins, milliDiamonds: coins * 500 }));
    history.gifts.push(...(await creditAt(ledger, { creatorId, gifts, shard: current.shard, now })));
  } else if (current.kind === 'reverse') {
    const from = current.undo ? history.reversed : history.gifts;
    const [gift] = from.splice(current.which % Math.max(1, from.length), 1);
    if (!gift) return;
    await reverseAt(ledger, { gift, undo: current.undo, now });
    if (!current.undo) history.reversed.push(gift);
  } else if (current.kind === 'request') {
    const payout = await ask(desk, { asked: current.diamonds, now });
    if (isRefusal(payout)) return;
    history.payouts.push(payout.payoutId);
    await submit(desk, payout.payoutId, now);
  } else {
    const payoutId = history.payouts[current.which % Math.max(1, history.payouts.length)];
    if (payoutId !== undefined) await settle(payoutId, current.status, now);
  }
}

async function settle(payoutId: string, status: PayoutStatus, now: Date): Promise<void> {
  const { netMinor, currency } = await readPayout(desk, payoutId);
  const news = {
    payoutId,
    itemId: `item-of-${payoutId}`,
    reference: `batch-of-${payoutId}`,
    status,
    amountMinor: minor(netMinor),
    currency,
  };
  const event = { provider: 'paypal', eventId: newId(now), type: `test.${status}`, digest: '' } as const;
  await settlePayout(desk.world.ledger, { ...event, news }, now);
}

async function statementOf(month: string, now: Date): Promise<MonthlyStatementAnswer> {
  const { ledger, catalogTable } = desk.world;
  const statement = await getStatement({ ledger, catalogTable }, { creatorId: desk.creatorId, month, now });
  if (isRefusal(statement)) throw new Error(statement.detail);
  return statement;
}

/** What the ledger's own balances say at the end of a day after which nothing happened. */
async function balancesAt(day: string) {
  const sums = { available: 0, maturing: 0, held: 0, paidOut: 0, owed: 0 };
  for (const shard of await readShards(desk.world.ledger, desk.creatorId)) {
    const all = shard.available + Object.values(shard.maturing).reduce((sum, amount) => sum + amount, 0);
    sums.available += payableOf(shard, day);
    sums.maturing += all - payableOf(shard, day);
    sums.held += shard.held;
    sums.paidOut += shard.paidOut;
    sums.owed += shard.owed;
  }
  return Object.fromEntries(Object.entries(sums).map(([name, amount]) => [name, formatDiamonds(amount)]));
}

const balanceNames = ['available', 'maturing', 'held', 'paidOut', 'owed'] as const;

function milli(diamonds: string): number {
  return Math.round(Number(diamonds) * 1000);
}

/** Opening and all lines make closing, by the texts that the answer has, and by the CSV's columns. */
function expectToAddUp(statement: MonthlyStatementAnswer): void {
  const { opening, closing, lines, totals } = statement;
  const rows = statementCsv(statement)
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(','));
  for (const [column, name] of balanceNames.entries()) {
    for (const parts of [lines, totals]) {
      const moved = parts.reduce((sum, { changes }) => sum + milli(changes[name]), 0);
      expect(milli(opening[name]) + moved, `${name} in ${statement.month}`).toBe(milli(closing[name]));
    }
    const amounts = rows.slice(1).map((row) => milli(row[column + 3] ?? ''));
    expect(amounts.slice(0, -1).reduce((sum, amount) => sum + amount, 0)).toBe(amounts.at(-1));
  }
}

describe('monthly statements', () => {
  it('add up to the balances of the ledger, month after month, whatever happened', { timeout: 240_000 }, async () => {
    const sequence = fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 18 }), async (steps) => {
      const begin = new Date('2026-09-22T15:00:00.000Z');
      await nextCreator(desk, { now: begin });
      const history: History = { gifts: [], reversed: [], payouts: [], now: begin };
      for (const current of steps) await take(current, history);
      // As soon as the last day is closed, while some of it still matures.
      const through = dayOf(history.now);
      const now = new Date(`${addDays(through, 1)}T01:00:00.000Z`);
      const months = ['2026-08', '2026-09', '2026-10', '2026-11'].filter((month) => `${month}-01` <= through);
      const statements: MonthlyStatementAnswer[] = [];
      // The latest first, so that earlier months are read from days that were added up before.
      for (const month of months.toReversed()) statements.unshift(await statementOf(month, now));
      for (const [index, statement] of statements.entries()) {
        expectToAddUp(statement);
        if (index > 0) expect(statement.opening).toEqual(statements[index - 1]?.closing);
      }
      expect(statements[0]?.opening).toEqual({ available: '0', maturing: '0', held: '0', paidOut: '0', owed: '0' });
      expect(statements.at(-1)?.closing).toEqual(await balancesAt(through));
    });
    await fc.assert(sequence, { numRuns: 25, endOnFailure: true });
  });

  it('tell each kind of movement on its day, and what the calendar alone made available', async () => {
    const now = new Date('2026-09-28T23:59:59.000Z');
    const creatorId = await nextCreator(desk, { now });
    const { ledger } = desk.world;
    const gifts = [giftOf({ sentAt: now.getTime(), unitPrice: 2800, milliDiamonds: 1_400_000 })];
    await creditAt(ledger, { creatorId, gifts, now });
    const october = new Date('2026-10-01T08:00:00.000Z');
    const payout = await ask(desk, { now: october });
    if (isRefusal(payout)) throw new Error(payout.detail);
    await submit(desk, payout.payoutId, october);
    await settle(payout.payoutId, 'SUCCESS', new Date('2026-10-02T08:00:00.000Z'));
    const later = new Date('2026-11-05T00:00:00.000Z');
    const none = { available: '0', maturing: '0', held: '0', paidOut: '0', owed: '0' };
    expect(await statementOf('2026-09', later)).toMatchObject({
      state: 'final',
      closing: { ...none, maturing: '1400' },
      lines: [{ day: '2026-09-28', type: 'credit', count: 1, changes: { ...none, maturing: '1400' } }],
    });
    const statement = await statementOf('2026-10', later);
    expect(statement).toMatchObject({
      state: 'final',
      through: '2026-10-31',
      opening: { ...none, maturing: '1400' },
      closing: { ...none, paidOut: '1400' },
      lines: [
        { day: '2026-10-01', type: 'matured', changes: { ...none, available: '1400', maturing: '-1400' } },
        { day: '2026-10-01', type: 'payout_hold', changes: { ...none, available: '-1400', held: '1400' } },
        {
          day: '2026-10-02',
          type: 'payout_paid',
          changes: { ...none, held: '-1400', paidOut: '1400' },
          net: { amount: 1369, currency: 'USD' },
          fee: { amount: 31, currency: 'USD' },
        },
      ],
    });
    expect(statementCsv(statement).split('\r\n')).toEqual([
      'day,type,count,available,maturing,held,paid_out,owed,currency,net_minor,fee_minor',
      '2026-10-01,opening,,0,1400,0,0,0,,,',
      '2026-10-01,matured,,1400,-1400,0,0,0,,,',
      '2026-10-01,payout_hold,1,-1400,0,1400,0,0,,,',
      '2026-10-02,payout_paid,1,0,0,-1400,1400,0,USD,1369,31',
      '2026-10-31,closing,,0,0,0,1400,0,,,',
      '',
    ]);
  });

  it('tell what a reversal took while it matured, and what came again, as maturing', async () => {
    const sent = new Date('2026-10-05T12:00:00.000Z');
    const creatorId = await nextCreator(desk, { now: sent });
    const { ledger } = desk.world;
    const gifts = [giftOf({ sentAt: sent.getTime(), unitPrice: 10, milliDiamonds: 5000 })];
    const [gift] = await creditAt(ledger, { creatorId, gifts, now: sent });
    if (!gift) throw new Error('There is no gift.');
    await reverseAt(ledger, { gift, undo: false, now: new Date('2026-10-06T12:00:00.000Z') });
    await reverseAt(ledger, { gift, undo: true, now: new Date('2026-10-07T12:00:00.000Z') });
    const { lines } = await statementOf('2026-10', new Date('2026-10-09T12:00:00.000Z'));
    expect(lines.map(({ type, changes }) => [type, changes.available, changes.maturing])).toEqual([
      ['credit', '0', '5'],
      ['reversal', '0', '-5'],
      ['reversal_undone', '0', '5'],
      ['matured', '5', '-5'],
    ]);
  });

  it('are open until an hour after the last day of the month, and then never change', async () => {
    const now = new Date('2026-09-30T23:59:59.900Z');
    const creatorId = await nextCreator(desk, { now });
    const gifts = [giftOf({ sentAt: now.getTime(), milliDiamonds: 500 })];
    await creditAt(desk.world.ledger, { creatorId, gifts, now });
    const open = await statementOf('2026-09', new Date('2026-10-01T00:59:59.000Z'));
    expect(open).toMatchObject({ state: 'open', through: '2026-09-29', lines: [] });
    const final = await statementOf('2026-09', new Date('2026-10-01T01:00:00.000Z'));
    expect(final).toMatchObject({ state: 'final', through: '2026-09-30', closing: { maturing: '0.5' } });
    expect(await statementOf('2026-09', new Date('2026-12-24T12:00:00.000Z'))).toEqual(final);
  });

  it('are refused before what there was at their beginning is known, and for creators who are not there', async () => {
    const creatorId = await nextCreator(desk);
    const question = { creatorId, month: '2026-10', now: new Date('2026-10-01T00:30:00.000Z') };
    expect(await getStatement(desk.world, question)).toMatchObject({ code: 'malformed_request' });
    const after = new Date('2026-10-01T01:30:00.000Z');
    const begun = await getStatement(desk.world, { ...question, now: after });
    expect(begun).toMatchObject({ state: 'open', lines: [], totals: [] });
    expect(begun).not.toHaveProperty('through');
    expect(await getStatement(desk.world, { ...question, creatorId: 'nobody', now: after })).toMatchObject({
      code: 'creator_not_found',
    });
  });
});

describe('yearly totals', () => {
  it('count what was paid and what came back by the day on which the provider said so', async () => {
    const now = new Date('2025-12-20T12:00:00.000Z');
    const creatorId = await nextCreator(desk, { now });
    const gifts = [giftOf({ sentAt: now.getTime(), unitPrice: 8400, milliDiamonds: 4_200_000 })];
    await creditAt(desk.world.ledger, { creatorId, gifts, now });
    const asked = new Date('2025-12-30T12:00:00.000Z');
    const payouts: string[] = [];
    for (const diamonds of ['1400', '1000', '600', '500']) {
      const payout = await ask(desk, { asked: diamonds, now: asked });
      if (isRefusal(payout)) throw new Error(payout.detail);
      payouts.push(payout.payoutId);
      await submit(desk, payout.payoutId, asked);
    }
    const [first = '', second = '', third = '', fourth = ''] = payouts;
    await settle(first, 'SUCCESS', new Date('2025-12-31T23:59:59.999Z'));
    await settle(second, 'SUCCESS', new Date('2026-01-01T00:00:00.000Z'));
    await settle(third, 'SUCCESS', new Date('2026-01-02T00:00:00.000Z'));
    await settle(fourth, 'FAILED', new Date('2026-01-02T00:00:00.000Z'));
    await settle(first, 'RETURNED', new Date('2026-01-20T00:00:00.000Z'));
    const question = { creatorId, now: new Date('2026-02-01T12:00:00.000Z') };
    const nothing = { count: 0, gross: 0, fee: 0, net: 0 };
    expect(await getTaxYear(desk.world, { ...question, year: '2025' })).toMatchObject({
      state: 'final',
      totals: [{ currency: 'USD', paid: { count: 1, gross: 1400, fee: 31, net: 1369 }, returned: nothing }],
    });
    expect(await getTaxYear(desk.world, { ...question, year: '2026' })).toMatchObject({
      state: 'open',
      through: '2026-01-31',
      totals: [
        {
          currency: 'USD',
          paid: { count: 2, gross: 1600, fee: 44, net: 1556 },
          returned: { count: 1, gross: 1400, fee: 31, net: 1369 },
        },
      ],
    });
    expect(await getTaxYear(desk.world, { ...question, year: '2027' })).toMatchObject({ code: 'malformed_request' });
  });
});
