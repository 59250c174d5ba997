import type { Flow } from '../ledger/flows.ts';
import type { PayoutState } from '../store/items/payout.ts';
import type { PayoutBatchState } from '../store/items/payout-batch.ts';
import type { Transition } from '../store/state-machine.ts';

type PayoutFlow = Extract<Flow, 'payout_release' | 'payout_paid' | 'payout_returned'>;

/**
 * A transition, the movement of diamonds that belongs to it and is part of the same write, and whether the payout is in no
 * batch after it: only where no provider can have it.
 */
export type PayoutTransition = Transition<PayoutState> & { readonly flow?: PayoutFlow; readonly leavesBatch?: true };

/** States in which the provider may have the payout. */
const atProvider = ['submitting', 'submitted'] as const;

/**
 * What may become of a payout. Its diamonds are held when it is put (`requested`, or `awaiting_approval`); `paid`,
 * `failed`, `blocked` and `returned` leave nothing held. `docs/payout-states.md` draws this.
 */
export const payoutTransitions = {
  /** An operator agrees. */
  approve: { from: ['awaiting_approval'], to: 'requested' },
  /** An operator does not. */
  decline: { from: ['awaiting_approval'], to: 'failed', flow: 'payout_release' },
  /** The identity or destination no longer holds just before sending. */
  stop: { from: ['requested'], to: 'blocked', flow: 'payout_release' },
  /** Committed before the provider is called, so that its news can never meet a payout that was not sent. */
  submit: { from: ['requested'], to: 'submitting' },
  /** The provider has taken its batch. */
  acknowledge: { from: ['submitting'], to: 'submitted' },
  /** The provider says of it that it waits. */
  wait: { from: atProvider, to: 'submitted' },
  /** The provider has refused its batch, which had others in it: it is sent in another one. */
  putBack: { from: ['submitting'], to: 'requested', leavesBatch: true },
  /** The provider has refused to take it. */
  refuse: { from: ['submitting'], to: 'failed', flow: 'payout_release', leavesBatch: true },
  pay: { from: atProvider, to: 'paid', flow: 'payout_paid' },
  fail: { from: atProvider, to: 'failed', flow: 'payout_release' },
  block: { from: atProvider, to: 'blocked', flow: 'payout_release' },
  /** The money came back before we heard that it had been paid. */
  returnUnpaid: { from: atProvider, to: 'returned', flow: 'payout_release' },
  returnPaid: { from: ['paid'], to: 'returned', flow: 'payout_returned' },
} as const satisfies Record<string, PayoutTransition>;

export type PayoutTransitionName = keyof typeof payoutTransitions;

/** What may become of a batch, which is `sending` from the moment its payouts are `submitting`. */
export const batchTransitions = {
  /** The same call again, under the same id. */
  resend: { from: ['sending'], to: 'sending' },
  take: { from: ['sending'], to: 'taken' },
  /** Only when no call can have been taken. */
  refuse: { from: ['sending'], to: 'refused' },
} as const satisfies Record<string, Transition<PayoutBatchState>>;
