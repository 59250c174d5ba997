import type { ClosureState, ErasureState } from '../store/items/account.ts';
import type { Transition } from '../store/state-machine.ts';

/**
 * What can become of the closing of an account. It settles when nothing stands in its way and nothing is left in the wallet; a payment
 * that comes after it was closed brings coins, and these are settled in the same way. `docs/account-states.md` draws this.
 */
export const closureTransitions = {
  settle: { from: ['requested', 'closed'], to: 'settled' },
  close: { from: ['settled'], to: 'closed' },
} as const satisfies Record<string, Transition<ClosureState>>;

/** What can become of an erasure. Destinations of payouts are kept while the law asks for them, and go later. */
export const erasureTransitions = {
  finish: { from: ['running'], to: 'erased' },
  forgetPayouts: { from: ['erased'], to: 'erased' },
} as const satisfies Record<string, Transition<ErasureState>>;
