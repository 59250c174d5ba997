import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** No coin is negative, and the frozen ones are those of the wallet's orders. */
export function judgeWallets({ history }: World, { wallets, recharges }: Snapshot): void {
  const byUser = Map.groupBy(recharges, ({ userId }) => userId);
  for (const { userId, paid, owed, frozen = 0, promo = [] } of wallets) {
    const subject = subjects.wallet(userId);
    const balances = { paid, owed, frozen, promo: Math.min(0, ...promo.map(({ coins }) => coins)) };
    for (const [name, coins] of Object.entries(balances))
      if (coins < 0) history.violate(subject, `has ${coins} ${name} coins`);
    const wanted = (byUser.get(userId) ?? []).reduce(
      (sum, { back }) => sum + (back?.frozenCoins ?? 0) + (back?.frozenPromoCoins ?? 0),
      0,
    );
    if (frozen !== wanted) history.violate(subject, `has ${frozen} coins frozen, and its orders say ${wanted}`);
  }
}
