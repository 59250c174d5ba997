import type * as z from 'zod/mini';
import { type Refusal, refuse } from '../refusals.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { WalletRules } from '../store/items/wallet-rules.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { promoCoins, spendableCoins, spendableLots, spentCounters } from './balances.ts';
import { currentRules } from './current-rules.ts';
import type { WalletAnswer } from './schemas.ts';
import { limitsInForce } from './spending-limits.ts';

type PresentedWallet = z.infer<typeof WalletAnswer>;

export async function getWallet(
  { ledger }: { ledger: Table },
  { userId, now }: { userId: string; now: Date },
): Promise<PresentedWallet | Refusal> {
  const item = await readItem(ledger, walletKey(userId));
  return item ? presentWallet(parseWallet(item), now) : userNotFound(userId);
}

export function userNotFound(userId: string): Refusal {
  return refuse('user_not_found', `There is no user ${userId}: register the user with PUT /v1/users/${userId} first.`, {
    userId,
  });
}

export function presentWallet(wallet: Wallet, now: Date): PresentedWallet {
  const counters = spentCounters(now);
  const lots = spendableLots(wallet, now);
  const rules = currentRules(wallet, now);
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
    limits: rules ? presentLimits(wallet, rules, now) : {},
    ...(rules && presentRules(rules)),
    ...(lots.length > 0 && { promoLots: lots.map(({ coins, expiresAt }) => ({ coins, expiresAt })) }),
  };
}

/** The platform's caps are not among them: they are for the few who come near them. */
function presentLimits(wallet: Wallet, { own, guardian }: WalletRules, now: Date): PresentedWallet['limits'] {
  const limits: PresentedWallet['limits'] = {};
  for (const { name, setBy, startsAgainAt, ...limit } of limitsInForce(
    wallet,
    [
      ['user', own?.limits],
      ['guardian', guardian?.limits],
    ],
    now,
  )) {
    if (setBy === 'platform') continue;
    const pending = own?.pending?.[name];
    limits[name] = {
      ...limit,
      setBy,
      ...(startsAgainAt !== undefined && { startsAgainAt }),
      ...(pending && { pending }),
    };
  }
  return limits;
}

function presentRules({ coolOffUntil, selfExcludedUntil, guardian, ageDoubt }: WalletRules): Partial<PresentedWallet> {
  return {
    ...((coolOffUntil ?? selfExcludedUntil) !== undefined && {
      break: {
        ...(coolOffUntil !== undefined && { coolOffUntil }),
        ...(selfExcludedUntil !== undefined && { selfExcludedUntil }),
      },
    }),
    ...(guardian && {
      guardian: { userId: guardian.userId, since: guardian.since, purchases: guardian.purchases },
    }),
    ...(ageDoubt && { ageDoubted: true as const }),
  };
}
