import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPayable, nextLookUp, planUnpaid } from '../../shared/recharges/look-up-schedule.ts';
import type { RechargeState } from '../../shared/store/items/recharge.ts';
import { now, order } from './examples.ts';

const minuteMilliseconds = 60_000;
const status = fc.constantFrom('open', 'processing', 'open', 'canceled', 'open', undefined);
/** Moments from the making of the order to ten days later. */
const moment = fc.nat({ max: 10 * 24 * 60 * 60_000 }).map((age) => new Date(now.getTime() + age));

describe('the schedule of look-ups', () => {
  it('always lies ahead, within 72 hours of the order, and misses the expiry by nothing', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const next = nextLookUp(order, at);
        const age = at.getTime() - now.getTime();
        expect(next === undefined).toBe(age >= 72 * 60 * minuteMilliseconds);
        if (next === undefined) return;
        expect(Date.parse(next)).toBeGreaterThan(at.getTime());
        if (at.toISOString() < order.expiresAt) expect(next <= order.expiresAt).toBe(true);
      }),
    );
  });

  it('never drops an order that can be paid and has not expired', () => {
    fc.assert(
      fc.property(
        moment,
        status,
        fc.constantFrom<RechargeState>('pending', 'failed', 'expired'),
        (at, reported, from) => {
          const plan = planUnpaid({ ...order, state: from }, reported, at);
          const isOpen = from !== 'expired' && at.toISOString() < order.expiresAt && reported !== 'canceled';
          expect(plan.expires).toBe(!isOpen);
          if (isOpen) expect(plan.dueAt).toBeDefined();
          if (plan.dueAt !== undefined) expect(Date.parse(plan.dueAt)).toBeGreaterThan(at.getTime());
        },
      ),
    );
  });

  it('goes on for as long as the provider says that a bank is still at work', () => {
    const weekLater = new Date(now.getTime() + 7 * 24 * 60 * minuteMilliseconds);
    expect(planUnpaid({ ...order, state: 'expired' }, 'processing', weekLater)).toEqual({
      expires: true,
      dueAt: '2026-11-29T12:00:00.000Z',
    });
    expect(planUnpaid({ ...order, state: 'expired' }, 'open', weekLater)).toEqual({ expires: true });
  });

  it('ends at once with a payment that was cancelled', () => {
    expect(planUnpaid(order, 'canceled', now)).toEqual({ expires: true });
  });
});

describe('handing out the means to pay', () => {
  it('ends with the quote, with being paid, and before Stripe forgets the key', () => {
    expect(isPayable(order, now)).toBe(true);
    expect(isPayable({ ...order, state: 'failed' }, now)).toBe(true);
    expect(isPayable({ ...order, state: 'paid' }, now)).toBe(false);
    expect(isPayable({ ...order, state: 'expired' }, now)).toBe(false);
    expect(isPayable(order, new Date(order.expiresAt))).toBe(false);
    const longQuote = { ...order, expiresAt: '2026-11-30T12:00:00.000Z' };
    expect(isPayable(longQuote, new Date('2026-11-22T10:59:59.999Z'))).toBe(true);
    expect(isPayable(longQuote, new Date('2026-11-22T11:00:00.000Z'))).toBe(false);
  });
});
