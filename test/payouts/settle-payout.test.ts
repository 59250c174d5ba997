import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { minor } from '../../shared/money/units.ts';
import type { PayoutNews, PayoutStatus as Status } from '../../shared/payouts/payout-news.ts';
import { type Settled, settlePayout } from '../../shared/payouts/settle-payout.ts';
import { Contention } from '../../shared/store/contention.ts';
import {
  auditFindings,
  balancesOf,
  credit,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payoutOf,
  readCreator,
  readEvent,
  readPayout,
  submittedPayout,
} from '../support/payouts.ts';

let desk: PayoutDesk;
let payoutId: string;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await nextCreator(desk);
  payoutId = (await submittedPayout(desk)).payoutId;
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

/** PayPal's news about the payout; copies of one event share its id. */
async function tell(
  status: Status,
  change: Partial<PayoutNews> = {},
  eventId = newId(new Date()),
  now = new Date(),
): Promise<Settled> {
  const { providerBatchId = '', netMinor, currency } = await readPayout(desk, payoutId);
  const news: PayoutNews = {
    payoutId,
    itemId: `item-of-${payoutId}`,
    reference: providerBatchId,
    status,
    amountMinor: minor(netMinor),
    currency,
    ...change,
  };
  const event = { provider: 'paypal', eventId, type: `test.${status}`, digest: '0'.repeat(64) } as const;
  return settlePayout(desk.world.ledger, { ...event, news }, now);
}

async function stateOf(): Promise<string> {
  return (await readPayout(desk, payoutId)).state;
}

const back = { available: 1400, maturing: 0, held: 0, paidOut: 0 };
const gone = { available: 0, maturing: 0, held: 0, paidOut: 1400 };
const held = { available: 0, maturing: 0, held: 1400, paidOut: 0 };

describe("PayPal's news of a payout", () => {
  const endings: [Status, string, object, string | undefined][] = [
    ['SUCCESS', 'paid', gone, undefined],
    ['FAILED', 'failed', back, 'provider_failed'],
    ['BLOCKED', 'blocked', back, 'provider_blocked'],
    ['RETURNED', 'returned', back, 'provider_returned'],
    ['REFUNDED', 'returned', back, 'provider_returned'],
    ['REVERSED', 'returned', back, 'provider_returned'],
    ['UNCLAIMED', 'submitted', held, 'provider_unclaimed'],
    ['ONHOLD', 'submitted', held, 'provider_on_hold'],
    ['PENDING', 'submitted', held, undefined],
  ];

  it.each(endings)('%s leaves it %s', async (status, state, balances, reason) => {
    expect(await tell(status)).toBe('applied');
    const payout = await readPayout(desk, payoutId);
    expect(payout).toMatchObject({ state, providerState: status, providerItemId: `item-of-${payoutId}` });
    expect(payout.reason?.code).toBe(reason);
    expect(await balancesOf(desk)).toEqual(balances);
  });

  it('gives the diamonds of a returned payout back once, however many copies come at once', async () => {
    await tell('SUCCESS');
    const copies = Array.from({ length: 5 }, () => tell('RETURNED', {}, 'event-1'));
    const outcomes = await Promise.allSettled(copies);
    const settled = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason));
    expect(settled.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(settled.filter((outcome) => outcome !== 'applied' && outcome !== 'handled_before')).toEqual([]);
    expect(await stateOf()).toBe('returned');
    expect(await balancesOf(desk)).toEqual(back);
    expect(await readEvent(desk, 'event-1')).toMatchObject({ outcome: 'applied', subject: payoutId });
  });

  it('does the same when each copy is an event of its own', async () => {
    await tell('SUCCESS');
    await Promise.all(Array.from({ length: 5 }, () => tell('RETURNED')));
    expect(await balancesOf(desk)).toEqual(back);
  });

  it('gives back the part of the limits while its day and week last', async () => {
    await tell('FAILED');
    expect((await readCreator(desk)).payoutUse).toMatchObject({ dayMinor: 0, weekMinor: 0 });
  });

  it('keeps what was used since of a day that came after', async () => {
    const nextWeek = new Date(Date.now() + 8 * 86_400_000);
    await credit(desk, { coins: 400 });
    await payoutOf(desk, { asked: '200', now: nextWeek });
    await tell('RETURNED', {}, newId(nextWeek), nextWeek);
    expect((await readCreator(desk)).payoutUse).toMatchObject({ dayMinor: 200, weekMinor: 200 });
  });
});

describe('news in any order', () => {
  const orders: Status[][] = [
    ['SUCCESS', 'RETURNED', 'UNCLAIMED'],
    ['SUCCESS', 'UNCLAIMED', 'RETURNED'],
    ['RETURNED', 'SUCCESS', 'UNCLAIMED'],
    ['RETURNED', 'UNCLAIMED', 'SUCCESS'],
    ['UNCLAIMED', 'SUCCESS', 'RETURNED'],
    ['UNCLAIMED', 'RETURNED', 'SUCCESS'],
  ];

  it.each(orders)('ends returned after %s, %s, %s', async (...order) => {
    for (const status of order) await tell(status);
    expect(await stateOf()).toBe('returned');
    expect(await balancesOf(desk)).toEqual(back);
    for (const status of order) await tell(status);
    expect(await balancesOf(desk)).toEqual(back);
  });

  it('ends the same when all of it comes at once', async () => {
    const everything = ['SUCCESS', 'UNCLAIMED', 'RETURNED', 'SUCCESS', 'PENDING', 'RETURNED'] as const;
    const outcomes = await Promise.allSettled(everything.map((status) => tell(status)));
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(Contention);
    await tell('RETURNED');
    expect(await stateOf()).toBe('returned');
    expect(await balancesOf(desk)).toEqual(back);
  });
});

describe('contradictions', () => {
  it.each<[string, Partial<PayoutNews>, string]>([
    ['another amount', { amountMinor: minor(1368) }, 'amount_differs'],
    ['another currency', { currency: 'EUR' }, 'currency_differs'],
    ['a payout that does not exist', { payoutId: '0199e5a0-0000-7000-8000-000000000009' }, 'unknown_payout'],
    ['a reference that is not ours', { payoutId: 'invoice-7' }, 'unknown_payout'],
  ])('of %s are parked and move nothing', async (_case, change, reason) => {
    const eventId = newId(new Date());
    expect(await tell('SUCCESS', change, eventId)).toBe('parked');
    expect(await readEvent(desk, eventId)).toMatchObject({ outcome: 'parked', reason });
    expect(await stateOf()).toBe('submitted');
    expect(await balancesOf(desk)).toEqual(held);
  });

  it('of an item without our reference are parked', async () => {
    const foreign = {
      itemId: 'foreign',
      reference: 'foreign',
      status: 'SUCCESS' as const,
      amountMinor: minor(1),
      currency: 'USD' as const,
    };
    const event = { provider: 'paypal', eventId: newId(new Date()), type: 'test', digest: '', news: foreign } as const;
    expect(await settlePayout(desk.world.ledger, event, new Date())).toBe('parked');
  });

  it('of a second item for the same payout are parked', async () => {
    await tell('UNCLAIMED');
    expect(await tell('SUCCESS', { itemId: 'another' })).toBe('parked');
    expect(await stateOf()).toBe('submitted');
  });

  it.each<[Status, string]>([
    ['FAILED', 'failed'],
    ['BLOCKED', 'blocked'],
    ['RETURNED', 'returned'],
  ])('of success after %s are parked, and the diamonds stay where they are', async (status, state) => {
    await tell(status);
    const eventId = newId(new Date());
    expect(await tell('SUCCESS', {}, eventId)).toBe('parked');
    expect(await readEvent(desk, eventId)).toMatchObject({ outcome: 'parked', reason: `success_when_${state}` });
    expect(await stateOf()).toBe(state);
    expect(await balancesOf(desk)).toEqual(back);
  });

  it('of failure after success are parked', async () => {
    await tell('SUCCESS');
    expect(await tell('FAILED')).toBe('parked');
    expect(await balancesOf(desk)).toEqual(gone);
  });

  it('about a payout that was never sent are parked', async () => {
    await credit(desk, { coins: 400 });
    payoutId = (await payoutOf(desk)).payoutId;
    expect(await tell('SUCCESS')).toBe('parked');
    expect(await stateOf()).toBe('requested');
  });
});
