import { dayOf } from '../calendar.ts';
import type { Wallet } from '../store/items/wallet.ts';
import {
  type GuardianRules,
  type Limits,
  limitNames,
  type OwnLimits,
  type PendingLimit,
  type WalletRules,
} from '../store/items/wallet-rules.ts';

type Ruled = Pick<Wallet, 'specialRules' | 'adultOn'>;

/** The rules as they hold at `now`: what has ended is left out, and limits whose time has come are in force. Nothing when none are left. */
export function currentRules({ specialRules, adultOn }: Ruled, now: Date): WalletRules | undefined {
  if (!specialRules) return undefined;
  const at = now.toISOString();
  const { tier, own, coolOffUntil, selfExcludedUntil, guardian, ageDoubt } = specialRules;
  const ownNow = own && currentOwn(own, at);
  return withoutGaps({
    tier,
    own: ownNow,
    coolOffUntil: coolOffUntil !== undefined && coolOffUntil > at ? coolOffUntil : undefined,
    selfExcludedUntil: selfExcludedUntil !== undefined && selfExcludedUntil > at ? selfExcludedUntil : undefined,
    guardian: guardian && !hasEnded(guardian, adultOn, now) ? guardian : undefined,
    ageDoubt,
  });
}

/** Only what there is; nothing when there is nothing. */
export function withoutGaps(rules: WalletRules): WalletRules | undefined {
  const present = Object.entries(rules).filter(([, rule]) => rule !== undefined);
  return present.length > 0 ? Object.fromEntries(present) : undefined;
}

function hasEnded({ endsWhenAdult }: GuardianRules, adultOn: string | undefined, now: Date): boolean {
  return endsWhenAdult && adultOn !== undefined && adultOn <= dayOf(now);
}

function currentOwn({ limits, pending = {} }: OwnLimits, at: string): OwnLimits | undefined {
  const current: Limits = {};
  const waiting: NonNullable<OwnLimits['pending']> = {};
  for (const name of limitNames) {
    const raise = pending[name];
    const isDue = raise !== undefined && raise.from <= at;
    const coins = isDue ? raise.coins : limits[name];
    if (coins !== undefined) current[name] = coins;
    if (raise && !isDue) waiting[name] = raise;
  }
  return describeOwn(current, waiting);
}

function describeOwn(limits: Limits, pending: NonNullable<OwnLimits['pending']>): OwnLimits | undefined {
  if (Object.keys(limits).length === 0) return undefined;
  return Object.keys(pending).length > 0 ? { limits, pending } : { limits };
}

type ChangeOfLimits = { wanted: Limits; from: string };

/**
 * What becomes of a user's own limits (as they hold now) when `wanted` is asked for: what is stricter holds at once, and what
 * is looser `from` then on. A raise that waits already keeps its time unless more is asked for than it gives.
 */
export function changeOwnLimits(known: OwnLimits | undefined, { wanted, from }: ChangeOfLimits): OwnLimits | undefined {
  const limits: Limits = {};
  const pending: NonNullable<OwnLimits['pending']> = {};
  for (const name of limitNames) {
    const [before, after] = [known?.limits[name], wanted[name]];
    const kept = before !== undefined && isLooser(after, before) ? before : after;
    if (kept !== undefined) limits[name] = kept;
    if (kept !== after) pending[name] = raise(known?.pending?.[name], { coins: after, from });
  }
  return describeOwn(limits, pending);
}

function raise(waiting: PendingLimit | undefined, { coins, from }: PendingLimit): PendingLimit {
  const time = waiting && !isLooser(coins, waiting.coins) ? waiting.from : from;
  return coins === undefined ? { from: time } : { coins, from: time };
}

/** No limit is looser than any. */
function isLooser(limit: number | undefined, than: number | undefined): boolean {
  if (than === undefined) return false;
  return limit === undefined || limit > than;
}
