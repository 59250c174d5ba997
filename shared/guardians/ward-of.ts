import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { GuardianRules } from '../store/items/wallet-rules.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { currentRules } from '../users/current-rules.ts';
import { userNotFound } from '../users/get-wallet.ts';

export type Link = { userId: string; guardianId: string };

/** The guardian's rules, if the link is active now; else `not_guardian`. */
export function guardianIn(wallet: Wallet, { userId, guardianId }: Link, now: Date): GuardianRules | Refusal {
  const guardian = currentRules(wallet, now)?.guardian;
  if (guardian?.userId === guardianId) return guardian;
  return refuse('not_guardian', `The user ${guardianId} is not the guardian of ${userId}: both must have agreed.`, {
    userId,
    guardianId,
  });
}

/** Nothing when the guardian may see and say what is the ward's; else why not. */
export async function refuseStranger(ledger: Table, link: Link, now: Date): Promise<Refusal | undefined> {
  const item = await readItem(ledger, walletKey(link.userId));
  if (!item) return userNotFound(link.userId);
  const guardian = guardianIn(parseWallet(item), link, now);
  return isRefusal(guardian) ? guardian : undefined;
}
