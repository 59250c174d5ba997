import * as z from 'zod/mini';
import { type Currency, formatMinor } from '../money/currency.ts';
import { type Facts, type Refusal, type RefusalCode, refuse } from '../refusals.ts';
import type { PayoutMethod } from '../store/items/creator.ts';
import { PayoutReason, type PayoutReasonCode } from '../store/items/payout.ts';
import { payoutMethods } from './payout-provider.ts';
import { payoutReasonTexts } from './reason-texts.ts';

type Blanks<Sentence extends string> = Sentence extends `${string}{${infer Blank}}${infer Rest}`
  ? Blank | Blanks<Rest>
  : never;
type BlanksOf<Code extends PayoutReasonCode> = Blanks<(typeof payoutReasonTexts)[Code]['sentence']>;

/** The reason, with what the blanks of its sentence stand for in this case. */
export function payoutReason<Code extends PayoutReasonCode>(
  code: Code,
  ...[blanks]: [BlanksOf<Code>] extends [never] ? [] : [Record<BlanksOf<Code>, string>]
): PayoutReason {
  const filled: Record<string, string> = blanks ?? {};
  const { sentence } = payoutReasonTexts[code];
  return { code, sentence: sentence.replaceAll(/\{(\w+)\}/g, (_blank, name: string) => filled[name] ?? '') };
}

/** What the creator can do about it; one text for each code, so that older payouts have it too. */
export function actionOf(code: PayoutReasonCode): string {
  return payoutReasonTexts[code].action;
}

/** A refusal for a reason that creators read, which is among its facts with what to do. */
export function refuseFor(code: RefusalCode, { code: reason, sentence }: PayoutReason, facts: Facts = {}): Refusal {
  return refuse(code, sentence, { reason, action: actionOf(reason), ...facts });
}

export function approvalRequired(aboveMinor: number, currency: Currency): PayoutReason {
  return payoutReason('approval_required', { limit: `${formatMinor(aboveMinor, currency)} ${currency}` });
}

export function approvalDeclined(words: string | undefined): PayoutReason {
  return payoutReason('approval_declined', { why: words === undefined ? '.' : `: ${words}` });
}

/** `code` is the provider's name for its reason, for example `RECEIVER_UNREGISTERED`. */
export function providerReason(
  ending: 'unclaimed' | 'on_hold' | 'refused' | 'failed' | 'blocked' | 'returned',
  { method, code }: { method: PayoutMethod; code: string },
): PayoutReason {
  return payoutReason(`provider_${ending}`, { provider: payoutMethods[method].name, why: ` (${code})` });
}

/** Why a scheduled payout was skipped: what its creator would have been refused for. */
export function skipReason({ detail, facts }: Refusal): PayoutReason {
  return z.parse(PayoutReason, { code: facts.reason, sentence: detail });
}
