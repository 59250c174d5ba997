import type * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { coinsSetAside, openReservations } from '../shop/open-reservations.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { WalletRules } from '../store/items/wallet-rules.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { promoCoins, spendableCoins, spendableLots, spentCounters } from './balances.ts';
import { currentRules } from './current-rules.ts';
import type { WalletAnswer } from './schemas.ts';
import { type LimitInForce, limitsInForce, platformLimitsInForce } from './spending-limits.ts';

type PresentedWallet = z.infer<typeof WalletAnswer>;

/** The wallet with what is beside it: coins that are set aside, and what the platform lets everybody spend. */
export async function getWallet(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { userId, now }: { userId: string; now: Date },
): Promise<PresentedWallet | Refusal> {
  const [item, reservations, { value: spending }] = await Promise.all([
    readItem(ledger, walletKey(userId)),
    openReservations(ledger, userId),
    catalog.current('spending', now),
  ]);
  if (!item) return userNotFound(userId);
  const wallet = parseWallet(item);
  const platformLimits = presentPlatformLimits(platformLimitsInForce(wallet, spending, now));
  return { ...presentWallet(wallet, now), reservedCoins: coinsSetAside(reservations), platformLimits };
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

function presentPlatformLimits(limits: LimitInForce[]): PresentedWallet['platformLimits'] {
  return Object.fromEntries(
    limits.map(({ name, coins, left, startsAgainAt }) => [
      name,
      { coins, left, ...(startsAgainAt !== undefined && { startsAgainAt }) },
    ]),
  );
}

/** What the user and the guardian have set; the platform's limits stand beside them. */
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
