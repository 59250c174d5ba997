import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPayable, nextLookUp, planUnpaid, type UnpaidPayment } from '../../shared/recharges/look-up-schedule.ts';
import type { Recharge, RechargeState } from '../../shared/store/items/recharge.ts';
import { now, order } from './examples.ts';

const minuteMilliseconds = 60_000;
const status = fc.constantFrom('open', 'processing', 'open', 'canceled', 'open', undefined);

/** What becomes of an order whose payment is in `status`, where nothing waits to be taken. */
function plan(of: Recharge, reported: UnpaidPayment['status'], at: Date) {
  return planUnpaid(of, { status: reported, waitsToBeTaken: false }, at);
}

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
          const { expires, dueAt } = plan({ ...order, state: from }, reported, at);
          const isOpen = from !== 'expired' && at.toISOString() < order.expiresAt && reported !== 'canceled';
          const isUnderWay = reported === 'processing';
          expect(expires).toBe(!isOpen && !isUnderWay);
          if (isOpen || isUnderWay) expect(dueAt).toBeDefined();
          if (dueAt !== undefined) expect(Date.parse(dueAt)).toBeGreaterThan(at.getTime());
        },
      ),
    );
  });

  it('goes on for as long as the provider says that a bank is still at work, and lets nothing expire until then', () => {
    const weekLater = new Date(now.getTime() + 7 * 24 * 60 * minuteMilliseconds);
    expect(plan(order, 'processing', weekLater)).toEqual({
      expires: false,
      givesBack: false,
      dueAt: '2026-11-29T12:00:00.000Z',
    });
    expect(plan({ ...order, state: 'expired' }, 'open', weekLater)).toEqual({ expires: true, givesBack: false });
  });

  it('ends at once with a payment that was cancelled', () => {
    expect(plan(order, 'canceled', now)).toEqual({ expires: true, givesBack: true });
  });
});

describe('what an order takes of the purchase limits', () => {
  const late = new Date(now.getTime() + 16 * minuteMilliseconds);
  const givesBack = (change: Partial<Recharge>, payment: UnpaidPayment) =>
    planUnpaid({ ...order, ...change }, payment, late).givesBack;

  it.each(['stripe', 'paypal'] as const)('is given back when nobody ever began to pay at %s', (provider) => {
    expect(givesBack({ provider }, { status: undefined, waitsToBeTaken: false })).toBe(true);
  });

  it.each(['apple', 'google'] as const)(
    'is kept at %s, which takes the money and tells of it afterwards',
    (provider) => {
      expect(givesBack({ provider }, { status: undefined, waitsToBeTaken: false })).toBe(false);
    },
  );

  it('is kept while the payment could not be canceled, unless it waits for us to take it', () => {
    expect(givesBack({}, { status: 'open', waitsToBeTaken: false })).toBe(false);
    expect(givesBack({}, { status: 'open', waitsToBeTaken: true })).toBe(true);
  });

  it('is kept when money came that differs from what was asked for', () => {
    expect(givesBack({}, { status: 'succeeded', waitsToBeTaken: true })).toBe(false);
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
