import { describe, expect, it } from 'vitest';
import { isOverdue, payoutDue } from '../../shared/payouts/due.ts';
import type { PayoutMethod } from '../../shared/store/items/creator.ts';
import type { PayoutState } from '../../shared/store/items/payout.ts';

const start = '2026-11-21T12:00:00.000Z';

function payoutIn(state: PayoutState, providerState?: string, method: PayoutMethod = 'paypal') {
  const moments = { requestedAt: start, updatedAt: start };
  return {
    payoutId: '0199e5a0-0000-7000-8000-000000000003',
    method,
    state,
    ...moments,
    ...(providerState && { providerState }),
  };
}

function minutesIn(minutes: number): Date {
  return new Date(Date.parse(start) + minutes * 60_000);
}

/** Minutes from `minutes` after the start until the next look. */
function pause(minutes: number, state: PayoutState, providerState?: string, method?: PayoutMethod): number {
  const due = payoutDue(payoutIn(state, providerState, method), minutesIn(minutes));
  return (Date.parse(due?.dueAt ?? '') - minutesIn(minutes).getTime()) / 60_000;
}

describe('the sweep looks at a payout', () => {
  it.each<[PayoutState, number]>([
    ['requested', 1],
    ['submitting', 5],
    ['submitted', 10],
  ])('that is %s for the first time after %i minutes', (state, minutes) => {
    expect(pause(0, state)).toBe(minutes);
  });

  it('less and less often, and at least every half hour', () => {
    expect([1, 2, 4, 16, 40, 600].map((minutes) => pause(minutes, 'requested'))).toEqual([1, 2, 4, 16, 30, 30]);
  });

  it('every six hours while a person has to act, until that has lasted too long', () => {
    expect(pause(60, 'submitted', 'UNCLAIMED')).toBe(360);
    expect(pause(60, 'submitted', 'ONHOLD')).toBe(360);
    expect(pause(25 * 60, 'submitted', 'ONHOLD')).toBe(30);
    expect(pause(25 * 60, 'submitted', 'UNCLAIMED')).toBe(360);
    expect(pause(32 * 24 * 60, 'submitted', 'UNCLAIMED')).toBe(30);
  });

  it('every six hours while it is at a bank, until that has lasted too long', () => {
    expect(pause(60, 'submitted', 'PENDING', 'bank')).toBe(360);
    expect(pause(9 * 24 * 60, 'submitted', 'PENDING', 'bank')).toBe(360);
    expect(pause(11 * 24 * 60, 'submitted', 'PENDING', 'bank')).toBe(30);
    expect(pause(60, 'submitting', undefined, 'bank')).toBe(30);
  });

  it('daily while a bank may still send back what was paid', () => {
    expect(pause(0, 'paid', 'SUCCESS', 'bank')).toBe(24 * 60);
    expect(pause(9 * 24 * 60, 'paid', 'SUCCESS', 'bank')).toBe(24 * 60);
    expect(payoutDue(payoutIn('paid', 'SUCCESS', 'bank'), minutesIn(10 * 24 * 60))).toBeUndefined();
  });

  it.each<PayoutState>(['awaiting_approval', 'paid', 'failed', 'blocked', 'returned', 'skipped'])(
    'that is %s never',
    (state) => {
      expect(payoutDue(payoutIn(state), minutesIn(0))).toBeUndefined();
    },
  );
});

describe('a payout is overdue', () => {
  it('ten days after it was requested while it is at a bank, and never when it was paid', () => {
    expect(isOverdue(payoutIn('submitted', 'PENDING', 'bank'), minutesIn(10 * 24 * 60))).toBe(false);
    expect(isOverdue(payoutIn('submitted', 'PENDING', 'bank'), minutesIn(10 * 24 * 60 + 1))).toBe(true);
    expect(isOverdue(payoutIn('submitting', undefined, 'bank'), minutesIn(24 * 60 + 1))).toBe(true);
    expect(isOverdue(payoutIn('paid', 'SUCCESS', 'bank'), minutesIn(9 * 24 * 60))).toBe(false);
  });

  it('a day after it was requested, or approved', () => {
    expect(isOverdue(payoutIn('submitted'), minutesIn(24 * 60))).toBe(false);
    expect(isOverdue(payoutIn('submitted'), minutesIn(24 * 60 + 1))).toBe(true);
    const approved = { ...payoutIn('submitted'), approvedAt: minutesIn(10 * 24 * 60).toISOString() };
    expect(isOverdue(approved, minutesIn(11 * 24 * 60))).toBe(false);
    expect(isOverdue(approved, minutesIn(11 * 24 * 60 + 1))).toBe(true);
  });
});
