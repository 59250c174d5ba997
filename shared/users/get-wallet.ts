import type * as z from 'zod/mini';
import { type Refusal, refuse } from '../refusals.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { promoCoins, spendableCoins, spentCounters } from './balances.ts';
import type { WalletAnswer } from './schemas.ts';

export async function getWallet(
  { ledger }: { ledger: Table },
  { userId, now }: { userId: string; now: Date },
): Promise<z.infer<typeof WalletAnswer> | Refusal> {
  const item = await readItem(ledger, walletKey(userId));
  return item ? presentWallet(parseWallet(item), now) : userNotFound(userId);
}

export function userNotFound(userId: string): Refusal {
  return refuse('user_not_found', `There is no user ${userId}: register the user with PUT /v1/users/${userId} first.`, {
    userId,
  });
}

function presentWallet(wallet: Wallet, now: Date): z.infer<typeof WalletAnswer> {
  const counters = spentCounters(now);
  return {
    userId: wallet.userId,
    coins: spendableCoins(wallet, now),
    paidCoins: wallet.paid,
    promoCoins: promoCoins(wallet, now),
    owedCoins: wallet.owed,
    frozenCoins: wallet.frozen ?? 0,
    status: wallet.status,
    spent: {
      day: wallet.spent[counters.day] ?? 0,
      week: wallet.spent[counters.week] ?? 0,
      month: wallet.spent[counters.month] ?? 0,
    },
    limits: {},
  };
}
