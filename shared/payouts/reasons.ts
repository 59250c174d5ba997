import { type Currency, formatMinor } from '../money/currency.ts';
import type { Refusal } from '../refusals.ts';
import type { PayoutReason } from '../store/items/payout.ts';

/** The reasons that creators read beside a payout; `docs/payout-states.md` lists the codes. */
export function approvalRequired(aboveMinor: number, currency: Currency): PayoutReason {
  return {
    code: 'approval_required',
    sentence: `Payouts above ${formatMinor(aboveMinor, currency)} ${currency} wait for the approval of an operator.`,
  };
}

export function approvalDeclined(words: string | undefined): PayoutReason {
  const sentence = 'An operator declined the payout';
  return { code: 'approval_declined', sentence: words === undefined ? `${sentence}.` : `${sentence}: ${words}` };
}

export const destinationChanged: PayoutReason = {
  code: 'destination_changed',
  sentence: 'The payout destination was changed after the payout was requested.',
};

/** `providerCode` is the provider's name for its reason, for example `RECEIVER_UNREGISTERED`. */
export function providerReason(
  ending: 'refused' | 'failed' | 'blocked' | 'returned',
  providerCode: string | undefined,
): PayoutReason {
  const why = providerCode === undefined ? '' : ` (${providerCode})`;
  return { code: `provider_${ending}`, sentence: `${providerSentences[ending]}${why}.` };
}

const providerSentences = {
  refused: 'PayPal did not accept the payout',
  failed: 'PayPal could not make the payout',
  blocked: 'PayPal blocked the payout',
  returned: 'The money came back from PayPal',
};

/** Why a scheduled payout was skipped: the rule's own, finer reason where it has one. */
export function skipReason({ code, detail, facts }: Refusal): PayoutReason {
  return { code: typeof facts.reason === 'string' ? facts.reason : code, sentence: detail };
}
