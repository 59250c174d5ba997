import type { RechargeState } from '../store/items/recharge.ts';
import type { Transition } from '../store/state-machine.ts';

/** The states in which the buyer can still be asked to pay. */
export const openStates = ['pending', 'failed'] as const satisfies RechargeState[];

/**
 * What can become of an order. Being paid is final and possible from everywhere else: a buyer may pay with a second card
 * after the first was declined, and a payment may succeed after the quoted price has expired.
 * `docs/recharge-states.md` draws this.
 */
export const rechargeTransitions = {
  pay: { from: ['pending', 'failed', 'expired'], to: 'paid' },
  fail: { from: openStates, to: 'failed' },
  expire: { from: openStates, to: 'expired' },
} as const satisfies Record<string, Transition<RechargeState>>;
