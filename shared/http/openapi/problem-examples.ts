import { type RefusalCode, refusalCodes, statusOf, titleOf } from '../../refusals.ts';
import { faults, problemOf } from '../problem.ts';
import { gatewayRefusals } from './gateway-answers.ts';
import type { Occasion } from './occasion.ts';
import { ruleOccasions } from './rule-occasions.ts';
import type { JsonObject } from './schema-book.ts';
import { stateOccasions } from './state-occasions.ts';

/** One for each refusal. */
const occasions: Record<RefusalCode, Occasion> = { ...ruleOccasions, ...stateOccasions };

/** An example of every problem that an answer may hold, by its code. */
export function problemExamples(): Record<string, JsonObject> {
  const refused = refusalCodes.map((code) => ({
    code,
    status: statusOf(code),
    title: titleOf(code),
    ...occasions[code],
  }));
  const failed = Object.entries(faults).map(([code, fault]) => ({ code, ...fault }));
  const { unauthorized, insufficient_scope } = gatewayRefusals;
  const locally = Object.entries({ unauthorized, insufficient_scope }).map(([code, { message, ...refusal }]) => ({
    code,
    ...refusal,
    facts: { message },
  }));
  return Object.fromEntries(
    [...refused, ...failed, ...locally].map((occasion) => [
      occasion.code,
      { summary: occasion.title, value: problemOf(occasion) },
    ]),
  );
}
