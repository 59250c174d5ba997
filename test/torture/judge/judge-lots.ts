import { subjects } from '../history.ts';
import { bonusCampaign } from '../traffic/campaigns.ts';
import { bonusDays } from '../traffic/prices.ts';
import type { World } from '../world.ts';
import { holdsBonus } from './judge-campaigns.ts';
import type { Snapshot } from './snapshot.ts';
import { certainMilliseconds, type Spending, spendingsIn } from './spendings.ts';

/** Promotional coins as the rules have it: when they came, when they end, and how many. */
type Lot = { id: string; userId: string; coins: number; from: number; until: number };

const day = 86_400_000;

/** No promotional coin is spent after its end or twice, and none waits while others are spent in its place. */
export function judgeLots(world: World, snapshot: Snapshot): void {
  const { history } = world;
  const lots = new Map(lotsIn(world, snapshot).map((lot) => [`${lot.userId} ${lot.id}`, lot]));
  const spendings = spendingsIn(snapshot.walletEntries);
  const used = new Map<Lot, number>();
  for (const { subject, userId, at, promo, backCoins } of spendings)
    for (const [id, coins] of Object.entries(promo)) {
      const lot = lots.get(`${userId} ${id}`);
      if (!lot) {
        history.violate(subject, `is paid from ${id}, which nobody gave`);
        continue;
      }
      if (at >= lot.until)
        history.violate(subject, `is paid from ${id}, which ended ${new Date(lot.until).toISOString()}`);
      used.set(lot, (used.get(lot) ?? 0) + coins - backCoins);
    }
  for (const [{ id, userId, coins }, spent] of used)
    if (spent > coins)
      history.violate(subjects.wallet(userId), `has ${spent} coins spent of ${id}, which had ${coins}`);
  for (const { userId, promo = [] } of snapshot.wallets)
    for (const { lotId, expiresAt } of promo) {
      const until = lots.get(`${userId} ${lotId}`)?.until ?? 0;
      if (Date.parse(expiresAt) === until) continue;
      history.violate(
        subjects.wallet(userId),
        `has ${lotId} until ${expiresAt}, and it ends ${new Date(until).toISOString()}`,
      );
    }
  judgeUnspent(world, { snapshot, spendings, lots });
}

type Judged = { snapshot: Snapshot; spendings: Spending[]; lots: ReadonlyMap<string, Lot> };

/** Coins that were at hand all the time and never spent: bought ones, and such as end later, had to wait for them. */
function judgeUnspent({ history }: World, { snapshot, spendings, lots }: Judged): void {
  const byUser = Map.groupBy(spendings, ({ userId }) => userId);
  for (const { id, userId, from, until } of unspentLots(snapshot, { spendings, lots }))
    for (const { subject, at, paidCoins, promo } of byUser.get(userId) ?? []) {
      if (at <= from + certainMilliseconds || at >= until) continue;
      const isLater = (other: string) => (lots.get(`${userId} ${other}`)?.until ?? 0) > until;
      if (paidCoins > 0 || Object.keys(promo).some(isLater))
        history.violate(subject, `is paid with others, and coins of ${id} were never spent`);
    }
}

/** Lots of which some coins ended unspent or are still there, and that were in no other place meanwhile. */
function unspentLots(
  { wallets, walletEntries, recharges }: Snapshot,
  { spendings, lots }: Omit<Judged, 'snapshot'>,
): Lot[] {
  const left = new Set([
    ...wallets.flatMap(({ userId, promo = [] }) => promo.map(({ lotId }) => `${userId} ${lotId}`)),
    ...walletEntries.flatMap((entry) =>
      entry.flow === 'expiry' ? Object.keys(entry.promo).map((id) => `${entry.userId} ${id}`) : [],
    ),
  ]);
  for (const { userId, rechargeId, back } of recharges) if (back) left.delete(`${userId} recharge-${rechargeId}`);
  for (const { userId, promo, backCoins } of spendings)
    if (backCoins > 0) for (const id of Object.keys(promo)) left.delete(`${userId} ${id}`);
  return [...left].flatMap((name) => lots.get(name) ?? []);
}

function lotsIn({ timeline }: World, { walletEntries, recharges }: Snapshot): Lot[] {
  const orders = new Map(recharges.map((order) => [order.rechargeId, order]));
  /** A clock that is behind may still see the rules from before the traffic. */
  const usualDays = (from: number) => (from < timeline.startOf(0) ? 30 : bonusDays);
  return walletEntries.flatMap((entry): Lot[] => {
    const { userId, entryId } = entry;
    const from = Date.parse(entry.at);
    const until = from + usualDays(from) * day;
    switch (entry.flow) {
      case 'grant':
        return [{ id: `grant-${entryId}`, userId, coins: entry.amounts.promoCoins, from, until }];
      case 'redemption':
        return [{ id: `code-${entryId}`, userId, coins: entry.amounts.promoCoins, from, until }];
      case 'recharge': {
        const order = orders.get(entryId);
        const isOfCampaign = order !== undefined && holdsBonus(order);
        const ends = isOfCampaign ? from + bonusCampaign.days * day : until;
        return [{ id: `recharge-${entryId}`, userId, coins: entry.amounts.bonusCoins, from, until: ends }];
      }
      default:
        return [];
    }
  });
}
