import type { PayoutReasonCode } from '../store/items/payout.ts';

/**
 * What the creator reads beside each reason: what happened, and what to do about it. `{…}` stands for what differs from case
 * to case. The reasons of approvals are read by operators. `docs/payout-states.md` lists them all.
 */
export const payoutReasonTexts = {
  no_payout_profile: {
    sentence: 'There is no payout profile yet.',
    action: 'Say where you want to be paid.',
  },
  payout_on_hold: {
    sentence: 'Payouts to this account are on hold.',
    action: 'Contact support. When the hold is lifted, ask again or wait for the next date of the schedule.',
  },
  payouts_switched_off: {
    sentence: 'Payouts are switched off in {region} for now.',
    action: 'Nothing: what you have earned stays yours. Ask again later.',
  },
  identity_unverified: {
    sentence: 'The identity of the creator has not been verified.',
    action: 'Have your identity verified.',
  },
  identity_rejected: {
    sentence: "The verification of the creator's identity was rejected.",
    action: 'Have your identity verified again, with documents that are valid and legible.',
  },
  identity_expired: {
    sentence: "The verification of the creator's identity expired on {day}.",
    action: 'Have your identity verified again.',
  },
  name_mismatch: {
    sentence: 'The name at the payout destination is not the legal name of the creator.',
    action: 'Use a destination in your own legal name, or correct the name.',
  },
  name_unchecked: {
    sentence: 'The name at the payout destination has not been compared with the legal name of the creator.',
    action: 'Give the name under which the destination is held.',
  },
  tax_profile_missing: {
    sentence: 'The tax profile of the creator is not complete.',
    action: 'Complete your tax profile.',
  },
  tax_profile_expired: {
    sentence: 'The tax profile of the creator was valid until {day}.',
    action: 'Renew your tax profile.',
  },
  method_not_offered: {
    sentence: 'Payouts by {method} are not offered in {region}.',
    action: 'Choose another payout method.',
  },
  destination_cooling_off: {
    sentence: 'The payout destination was changed lately; it can be paid from {moment} on.',
    action: 'Ask again from then on. If you did not change the destination, contact support at once.',
  },
  destination_changed: {
    sentence: 'The payout destination was changed after the payout was requested.',
    action: 'Check the destination and ask again. If you did not change it, contact support at once.',
  },
  fraction: {
    sentence: 'The amount must be a multiple of {step} diamonds, to be worth whole cents.',
    action: 'Ask for a multiple of that, or for all.',
  },
  below_minimum: {
    sentence: 'The smallest payout is {minimum}; this one is worth {gross}.',
    action: 'Ask for more, or wait until you have earned more.',
  },
  fee_exceeds_amount: {
    sentence: 'The fee of {fee} would leave nothing of {gross}.',
    action: 'Ask for more, or wait until you have earned more.',
  },
  day_limit_reached: {
    sentence: 'At most {limit} may be paid out a day; {used} of it is used, and this payout is worth {gross}.',
    action: 'Ask for less, or again on another day (UTC).',
  },
  week_limit_reached: {
    sentence: 'At most {limit} may be paid out a week; {used} of it is used, and this payout is worth {gross}.',
    action: 'Ask for less, or again from Monday (UTC) on.',
  },
  insufficient_diamonds: {
    sentence: 'The payout takes {asked} diamonds; available are {available}.',
    action: 'Ask for less, or wait until diamonds have matured.',
  },
  approval_required: {
    sentence: 'Payouts above {limit} wait for the approval of an operator.',
    action: 'Nothing: an operator decides.',
  },
  approval_declined: {
    sentence: 'An operator declined the payout{why}',
    action: 'Contact support before you ask again.',
  },
  approval_void: {
    sentence: 'Whoever approved the payout changed the payout profile or lifted a hold before it was sent.',
    action: 'Ask for the payout again.',
  },
  own_payout: {
    sentence: 'Somebody else than who asked for the payout must decide on it.',
    action: 'Let another operator decide.',
  },
  own_profile_change: {
    sentence: 'Somebody else than who last changed the payout profile must approve the payout.',
    action: 'Let another operator decide.',
  },
  own_hold_lift: {
    sentence: "Somebody else than who lifted the hold on the creator's payouts must approve the payout.",
    action: 'Let another operator decide.',
  },
  provider_unclaimed: {
    sentence: 'The money waits at {provider} for an account with the address of the destination{why}.',
    action:
      'Open an account there with this address, or confirm the address in yours. After 30 days the money comes back.',
  },
  provider_on_hold: {
    sentence: '{provider} is reviewing the payout{why}.',
    action: 'Wait for the end of the review, and answer when you are asked something there.',
  },
  provider_refused: {
    sentence: '{provider} did not accept the payout{why}.',
    action: 'Check the destination, or choose another one, and ask again.',
  },
  provider_failed: {
    sentence: '{provider} could not make the payout{why}.',
    action: 'Check the destination, or choose another one, and ask again.',
  },
  provider_blocked: {
    sentence: '{provider} blocked the payout{why}.',
    action: 'Ask there about the account at the destination, or choose another destination.',
  },
  provider_returned: {
    sentence: 'The money came back from {provider}{why}.',
    action: 'Make sure that the destination has an account that takes the money, and ask again.',
  },
} as const satisfies Record<PayoutReasonCode, { sentence: string; action: string }>;
