import { limitNames } from '../../../shared/store/items/wallet-rules.ts';
import { spentCounters } from '../../../shared/users/balances.ts';
import { subjects } from '../history.ts';
import type { OwnRule } from '../traffic/limits.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';
import { certainMilliseconds, clockErrorMilliseconds, type Spending, spendingsIn } from './spendings.ts';

const day = 86_400_000;

/**
 * What fans were told of their own limits and breaks, held against what they spent. However limits are changed afterwards: for
 * a day, no more than was asked for can be spent, because whatever is looser waits that long.
 */
export function judgeLimits(world: World, { walletEntries }: Snapshot): void {
  const byUser = Map.groupBy(spendingsIn(walletEntries), ({ userId }) => userId);
  for (const rule of world.rules) {
    const spendings = byUser.get(rule.userId) ?? [];
    if ('breakUntil' in rule) judgeBreak(world, rule, spendings);
    else judgeOwnLimits(world, rule, spendings);
  }
}

function judgeBreak(
  { history }: World,
  { at, breakUntil }: OwnRule & { breakUntil: number },
  spendings: Spending[],
): void {
  for (const spending of spendings)
    if (spending.at > at + clockErrorMilliseconds && spending.at < breakUntil)
      history.violate(spending.subject, `was paid for during a break until ${new Date(breakUntil).toISOString()}`);
}

function judgeOwnLimits(
  { history }: World,
  { userId, at, limits }: OwnRule & { limits: object },
  spendings: Spending[],
): void {
  const until = at + day - certainMilliseconds;
  const limited = spendings.filter((one) => one.at > at + clockErrorMilliseconds && one.at < until);
  for (const [name, coins = 0] of Object.entries(limits as Record<string, number>)) {
    if (name === limitNames[0]) {
      for (const one of limited)
        if (one.coins > coins)
          history.violate(one.subject, `costs ${one.coins} coins, and the limit of one is ${coins}`);
      continue;
    }
    for (const counter of new Set(limited.map((one) => counterOf(one, name)))) {
      const counted = spendings.filter((one) => one.at < until && counterOf(one, name) === counter);
      const least = counted.reduce((sum, one) => sum + one.coins - one.backCoins, 0);
      if (least > coins)
        history.violate(
          subjects.wallet(userId),
          `has ${least} coins spent in the ${name} ${counter}, and its limit was ${coins} since ${new Date(at).toISOString()}`,
        );
    }
  }
}

function counterOf({ at }: Spending, name: string): string {
  return spentCounters(new Date(at))[name as 'day'];
}
