import { addDays, dayOf, weekOf } from '../calendar.ts';
import { defaultTier, type SpendingRules } from '../catalog/spending-rules.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { type LimitName, type Limits, limitNames } from '../store/items/wallet-rules.ts';
import { spentCounters } from './balances.ts';
import { currentRules } from './current-rules.ts';

export type LimitSetter = 'user' | 'guardian' | 'platform';

/** A limit as it stands: what is left of it, and when it begins anew (that of one gift never does). */
export type LimitInForce = {
  name: LimitName;
  coins: number;
  setBy: LimitSetter;
  left: number;
  startsAgainAt: string | undefined;
};

/** The caps that the platform sets for a wallet; those of `default` when its tier is no longer there. */
function capsOf(tier: string | undefined, spending: SpendingRules): Limits {
  return (tier !== undefined && tier !== defaultTier ? spending.tiers[tier] : undefined) ?? spending.default;
}

/** A limit of a period, and what is used of it. */
export type AccumulatingLimit = {
  setBy: LimitSetter;
  period: 'day' | 'week' | 'month';
  counter: string;
  coins: number;
  used: number;
};

/** Each limit that holds for what is counted in these counters, whoever set it. */
export function accumulatingLimits(
  wallet: Pick<Wallet, 'spent' | 'specialRules' | 'adultOn'>,
  { counters, spending, now }: { counters: string[]; spending: SpendingRules; now: Date },
): AccumulatingLimit[] {
  return counters.flatMap((counter) => {
    const period = (['day', 'week', 'month'] as const).find(([letter]) => letter === counter[0]);
    if (period === undefined) return [];
    const used = wallet.spent[counter] ?? 0;
    return limitsBySetter(wallet, spending, now).flatMap(([setBy, limits]) => {
      const coins = limits?.[period];
      return coins === undefined ? [] : [{ setBy, period, counter, coins, used }];
    });
  });
}

function limitsBySetter(
  wallet: Pick<Wallet, 'specialRules' | 'adultOn'>,
  spending: SpendingRules,
  now: Date,
): [LimitSetter, Limits | undefined][] {
  const rules = currentRules(wallet, now);
  return [
    ['user', rules?.own?.limits],
    ['guardian', rules?.guardian?.limits],
    ['platform', capsOf(rules?.tier, spending)],
  ];
}

/** The strictest limit of each kind among those given; of equal ones the first setter's. */
export function limitsInForce(
  { spent }: Pick<Wallet, 'spent'>,
  limits: [LimitSetter, Limits | undefined][],
  now: Date,
): LimitInForce[] {
  const counters = spentCounters(now);
  return limitNames.flatMap((name) => {
    const candidates = limits.flatMap(([setBy, of]) => {
      const coins = of?.[name];
      return coins === undefined ? [] : [{ setBy, coins }];
    });
    const [strictest] = candidates.toSorted((a, b) => a.coins - b.coins);
    if (!strictest) return [];
    const used = name === 'perGift' ? 0 : (spent[counters[name]] ?? 0);
    const left = Math.max(0, strictest.coins - used);
    return [{ name, ...strictest, left, startsAgainAt: startsAgainAt(name, now) }];
  });
}

/** What the platform lets the wallet spend, as it stands. */
export function platformLimitsInForce(wallet: Wallet, spending: SpendingRules, now: Date): LimitInForce[] {
  return limitsInForce(wallet, [['platform', capsOf(currentRules(wallet, now)?.tier, spending)]], now);
}

function startsAgainAt(name: LimitName, now: Date): string | undefined {
  const today = dayOf(now);
  switch (name) {
    case 'perGift':
      return undefined;
    case 'day':
      return startOf(addDays(today, 1));
    case 'week':
      return startOf(addDays(weekOf(today), 7));
    case 'month':
      return startOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 10));
  }
}

function startOf(day: string): string {
  return `${day}T00:00:00.000Z`;
}

/**
 * `spending_limit_reached` when the price is more than what is left of a limit, whoever set it: the user, the guardian or the
 * platform. Of several, that of one gift is named first, and then the one that lasts longest.
 */
export function refuseBeyondLimits(
  wallet: Wallet,
  { price, what, spending, now }: { price: number; what: string; spending: SpendingRules; now: Date },
): Refusal | undefined {
  const reached = limitsInForce(wallet, limitsBySetter(wallet, spending, now), now).filter(({ left }) => left < price);
  const [limit] = reached.toSorted((a, b) => ((a.startsAgainAt ?? '~') < (b.startsAgainAt ?? '~') ? 1 : -1));
  return limit && refuseBy(limit, price, what);
}

const periods = { perGift: 'gift', day: 'day', week: 'week', month: 'month' } as const;
const setters = { user: 'The user has', guardian: 'The guardian has', platform: 'The platform has' } as const;

function refuseBy({ name, coins, setBy, left, startsAgainAt: freeAt }: LimitInForce, price: number, what: string) {
  const period = periods[name];
  return refuse(
    'spending_limit_reached',
    `${what} costs ${price} coins. ${setters[setBy]} set a limit of ${coins} coins a ${period}; ${left} are left.`,
    // What is above the limit by itself is never taken.
    { period, setBy, limit: coins, left, price, ...(freeAt !== undefined && price <= coins && { freeAt }) },
  );
}
