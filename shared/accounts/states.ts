import type { ClosureState } from '../store/items/account.ts';
import type { Transition } from '../store/state-machine.ts';

/**
 * What can become of the closing of an account. It settles when nothing stands in its way and nothing is left in the wallet; a payment
 * that comes after it was closed brings coins, and these are settled in the same way.
 */
export const closureTransitions = {
  settle: { from: ['requested', 'closed'], to: 'settled' },
  close: { from: ['settled'], to: 'closed' },
} as const satisfies Record<string, Transition<ClosureState>>;
