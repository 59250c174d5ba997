import * as z from 'zod/mini';
import { smallestPart } from '../campaigns/smallest-part.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogValue } from '../catalog/schemas.ts';
import { CampaignBudget } from '../store/items/campaign.ts';
import { Wallet } from '../store/items/wallet.ts';
import { spentCounters } from '../users/balances.ts';
import { accumulatingLimits } from '../users/spending-limits.ts';
import { type Event, eventOf, subjects } from './event.ts';
import type { Change } from './events-of-change.ts';

/** What of the catalogue says how much may be spent, and given. */
export type Budgets = {
  spending: CatalogValue<'spending'>;
  campaigns: CatalogValue<'campaigns'>;
  packages: CatalogValue<'packages'>;
};

export async function readBudgets(catalog: Catalog, at: Date): Promise<Budgets> {
  const [spending, campaigns, packages] = await Promise.all([
    catalog.current('spending', at),
    catalog.current('campaigns', at),
    catalog.current('packages', at),
  ]);
  return { spending: spending.value, campaigns: campaigns.value, packages: packages.value };
}

const percents = [50, 80, 100] as const;

/** Only what limits are reckoned from: this looks at each change of a wallet, and the outbox is most of it. */
const Before = z.extend(z.pick(Wallet, { specialRules: true, adultOn: true }), {
  spent: z._default(Wallet.shape.spent, {}),
});
const After = z.extend(Before, z.pick(Wallet, { userId: true, version: true }).shape);

/**
 * The shares of limits that a wallet reaches by a change of it: by what is spent, or because a limit is lowered to what is spent
 * already. Both sides of the change are looked at under the caps and at the time of the change, so that what only time or the catalogue
 * changes is no news.
 */
export function eventsOfBudgets({ image, imageBefore, at }: Change, { spending }: Budgets): Event[] {
  const wallet = z.parse(After, image);
  const before = z.parse(Before, imageBefore ?? {});
  const current = Object.values(spentCounters(at));
  // What comes late is counted in the period that it was asked for in.
  const counters = Object.keys(wallet.spent).filter(
    (name) => current.includes(name) || (wallet.spent[name] ?? 0) > (before.spent[name] ?? 0),
  );
  const reachedBefore = new Map(
    accumulatingLimits(before, { counters, spending, now: at }).map((limit) => [nameOf(limit), reachedPercents(limit)]),
  );
  const { userId, version } = wallet;
  return accumulatingLimits(wallet, { counters, spending, now: at }).flatMap((limit) => {
    const { setBy, period, counter, coins, used } = limit;
    const known = reachedBefore.get(nameOf(limit)) ?? [];
    return reachedPercents(limit)
      .filter((percent) => !known.includes(percent))
      .map((percent) =>
        eventOf('budget.reached', {
          key: [userId, setBy, counter, coins, percent].join('#'),
          subject: subjects.wallet(userId),
          time: at.toISOString(),
          sequence: version,
          data: {
            ...{ userId, setBy, period, percent, since: firstDayOf(counter) },
            ...{ limitCoins: coins, spentCoins: used, leftCoins: Math.max(0, coins - used) },
          },
        }),
      );
  });
}

function nameOf({ setBy, counter }: { setBy: string; counter: string }): string {
  return `${setBy} ${counter}`;
}

/** Of a limit of nothing, nothing is ever reached. */
function reachedPercents({ coins, used }: { coins: number; used: number }) {
  return percents.filter((percent) => coins > 0 && used * 100 >= coins * percent);
}

/** The first day of the period that a counter is of; that of a month has no day in its name. */
function firstDayOf(counter: string): string {
  const day = counter.slice(1);
  return day.length === 7 ? `${day}-01` : day;
}

/** A campaign from whose budget the last order was taken that it could serve. What orders give back later may serve others again. */
export function eventsOfCampaign({ image, imageBefore, at }: Change, { campaigns, packages }: Budgets): Event[] {
  const { code, takenCoins } = z.parse(CampaignBudget, image);
  const { takenCoins: takenBefore } = z.parse(CampaignBudget, imageBefore ?? { code, takenCoins: 0 });
  const campaign = campaigns.campaigns.find((one) => one.code === code);
  if (!campaign) return [];
  const { budgetCoins } = campaign;
  const least = smallestPart(campaign, packages);
  const isOver = (taken: number) => budgetCoins - taken < least;
  if (isOver(takenBefore) || !isOver(takenCoins)) return [];
  return [
    eventOf('campaign.exhausted', {
      key: `${code}#${budgetCoins}`,
      subject: subjects.campaign(code),
      time: at.toISOString(),
      data: { campaign: code, budgetCoins, leftCoins: Math.max(0, budgetCoins - takenCoins) },
    }),
  ];
}
