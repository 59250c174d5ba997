import { isRefusal, type Refusal } from '../refusals.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { Table } from '../store/table.ts';
import { changeRules } from '../users/change-rules.ts';
import type { GuardianRulesBody } from './schemas.ts';
import { guardianIn, type Link } from './ward-of.ts';

/** What a guardian says of purchases and spending holds at once, also where it is looser than before. */
export async function setGuardianRules(
  ledger: Table,
  { purchases, limits, caller, now, ...link }: GuardianRulesBody & Link & { caller: string; now: Date },
): Promise<Wallet | Refusal> {
  const { userId } = link;
  const asked = { userId, kind: 'guardian_rules', actor: 'guardian', caller, now } as const;
  return changeRules(ledger, asked, (rules, wallet) => {
    const guardian = guardianIn(wallet, link, now);
    return isRefusal(guardian) ? guardian : { rules: { ...rules, guardian: { ...guardian, purchases, limits } } };
  });
}
