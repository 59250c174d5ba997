import { daysAfter, millisecondsPerDay } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { SpendingRules } from '../catalog/spending-rules.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { Table } from '../store/table.ts';
import { changeRules } from './change-rules.ts';
import type { BreakBody } from './schemas.ts';

export type TakeBreak = BreakBody & { userId: string; caller: string; now: Date };

/**
 * Lets a user neither buy nor spend until a time: a cool-off for some days, or a self-exclusion for long. Either can be made
 * longer and by nobody shorter.
 */
export async function takeBreak(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { userId, type, until, caller, now }: TakeBreak,
): Promise<Wallet | Refusal> {
  const { value } = await catalog.current('spending', now);
  const name = type === 'cool_off' ? 'coolOffUntil' : 'selfExcludedUntil';
  return changeRules(ledger, { userId, kind: 'break', actor: 'user', caller, now }, (rules) => {
    const known = rules[name];
    if (known === until) return { rules };
    if (known !== undefined && known > until)
      return refuse('state_conflict', `The break lasts until ${known} and cannot be made shorter.`, {
        break: type,
        until: known,
      });
    return refuseLength({ type, until, now }, value) ?? { rules: { ...rules, [name]: until } };
  });
}

/** More than anybody means; a slip of the hand could not be taken back. */
const longestExclusionDays = 3_653;

function refuseLength(
  { type, until, now }: Pick<TakeBreak, 'type' | 'until' | 'now'>,
  { coolOffMaximumDays, selfExclusionMinimumDays }: SpendingRules,
): Refusal | undefined {
  const [least, most] =
    type === 'cool_off' ? [0, coolOffMaximumDays] : [selfExclusionMinimumDays, longestExclusionDays];
  const milliseconds = Date.parse(until) - now.getTime();
  if (milliseconds > 0 && milliseconds >= least * millisecondsPerDay && milliseconds <= most * millisecondsPerDay)
    return undefined;
  const [from, to] = [least, most].map((days) => daysAfter(now, days).toISOString());
  return refuse('malformed_request', `The body's until must be between ${from} and ${to} for this type of break.`, {
    errors: [{ field: 'until', problem: `must be between ${from} and ${to}` }],
  });
}
