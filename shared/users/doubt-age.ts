import { count, logger } from '../observability.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { Table } from '../store/table.ts';
import { changeRules } from './change-rules.ts';

export type DoubtAge = {
  userId: string;
  doubted: boolean;
  reason: string;
  actor: 'app' | 'operator';
  caller: string;
  now: Date;
};

/**
 * Pauses a wallet whose user may be a minor, for buying and spending, until an operator has seen a proof of age and ends it.
 * Each change is kept with who made it and why; a doubt that is there already keeps its first reason.
 */
export async function doubtAge(ledger: Table, command: DoubtAge): Promise<Wallet | Refusal> {
  const { userId, doubted, reason, actor, caller, now } = command;
  let isNew = false;
  const changed = await changeRules(ledger, { userId, kind: 'age_doubt', actor, caller, reason, now }, (rules) => {
    const { ageDoubt, ...others } = rules;
    isNew = doubted && ageDoubt === undefined;
    if (!doubted) return { rules: others };
    return { rules: { ...others, ageDoubt: ageDoubt ?? { reason, by: caller, at: now.toISOString() } } };
  });
  if (isRefusal(changed) || !isNew) return changed;
  count('AgeDoubts');
  logger.warn('a user may be a minor', { userId, actor, caller });
  return changed;
}
