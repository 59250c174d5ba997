import type { Catalog } from '../catalog/catalog.ts';
import type { Refusal } from '../refusals.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { Limits } from '../store/items/wallet-rules.ts';
import type { Table } from '../store/table.ts';
import { changeRules } from './change-rules.ts';
import { changeOwnLimits } from './current-rules.ts';

export type SetLimits = { userId: string; limits: Limits; caller: string; now: Date };

/**
 * Replaces the limits that users set themselves: what is stricter holds at once; what is looser, or no limit any more, only
 * after the time in force. The same request again changes nothing.
 */
export async function setLimits(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { userId, limits: wanted, caller, now }: SetLimits,
): Promise<Wallet | Refusal> {
  const { increaseAfterHours } = (await catalog.current('spending', now)).value;
  const from = new Date(now.getTime() + increaseAfterHours * 3_600_000).toISOString();
  return changeRules(ledger, { userId, kind: 'limits', actor: 'user', caller, now }, (rules) => ({
    rules: { ...rules, own: changeOwnLimits(rules.own, { wanted, from }) },
  }));
}
