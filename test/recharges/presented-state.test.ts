import { describe, expect, it } from 'vitest';
import { presentedState } from '../../shared/recharges/presented-state.ts';
import type { Recharge, StoredClaim } from '../../shared/store/items/recharge.ts';
import { order } from './examples.ts';

const at = '2026-11-21T12:00:00.000Z';
const refund = (state: 'requested' | 'pending' | 'succeeded' | 'failed', amountMinor = 500): StoredClaim => ({
  kind: 'refund',
  state,
  amountMinor,
  at,
});
const dispute = (state: 'open' | 'won' | 'lost'): StoredClaim => ({ kind: 'dispute', state, amountMinor: 1299, at });

function paidWith(...claims: StoredClaim[]): Recharge {
  return { ...order, state: 'paid', claims: Object.fromEntries(claims.map((claim, number) => [`c${number}`, claim])) };
}

describe('the state of a recharge as it is shown', () => {
  it.each(['pending', 'failed', 'expired'] as const)('is that of the order while it is %s', (state) => {
    expect(presentedState({ ...order, state })).toBe(state);
    expect(presentedState({ ...paidWith(refund('succeeded')), state })).toBe(state);
  });

  it.each<[string, Recharge]>([
    ['paid', paidWith()],
    ['paid', paidWith(refund('failed'), dispute('won'), refund('requested'))],
    ['paid', paidWith({ kind: 'warning', state: 'open', amountMinor: 0, at })],
    ['partially_refunded', paidWith(refund('succeeded'))],
    ['partially_refunded', paidWith(refund('pending'), dispute('won'))],
    ['partially_refunded', { ...paidWith(), refundedMinor: 1 }],
    ['refunded', paidWith(refund('succeeded', 799), refund('pending'))],
    ['refunded', { ...paidWith(), refundedMinor: 1299 }],
    ['disputed', paidWith(refund('succeeded', 1299), dispute('lost'), dispute('open'))],
    ['charged_back', paidWith(refund('succeeded'), dispute('lost'))],
  ])('is %s after its claims', (state, shown) => {
    expect(presentedState(shown)).toBe(state);
  });
});
