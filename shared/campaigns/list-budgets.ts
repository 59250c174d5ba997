import type * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { openStates } from '../recharges/states.ts';
import { budgetOfChallenge, campaignBudgetKey } from '../store/campaign-keys.ts';
import { dueKeys } from '../store/due.ts';
import { parseCampaignBudget } from '../store/items/campaign.ts';
import { parseRecharge } from '../store/items/recharge.ts';
import { type Key, rechargeIdOf, rechargeKey } from '../store/keys.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { CampaignsAnswer } from './schemas.ts';

type Listed = z.input<typeof CampaignsAnswer>;

/** As many as one BatchGetItem takes. */
const ordersAtOnce = 100;

/**
 * The budgets of all campaigns and challenges in force, and what is left of them. `reservedCoins` is what orders hold whose price still holds; a
 * challenge gives at once. The orders are found by when they are looked at next, which is no later than their price ends: so this costs by how many
 * are open, however many a campaign has had.
 */
export async function listBudgets(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  now: Date,
): Promise<Listed> {
  const [campaigns, challenges, packages] = await Promise.all([
    catalog.current('campaigns', now),
    catalog.current('challenges', now),
    catalog.current('packages', now),
  ]);
  const defined = [
    ...campaigns.value.campaigns.map((campaign) => ({ ...campaign, budget: campaign.code })),
    ...challenges.value.challenges.map((challenge) => ({
      ...challenge,
      kind: 'challenge' as const,
      budget: budgetOfChallenge(challenge.code),
    })),
  ];
  const reserved =
    campaigns.value.campaigns.length > 0
      ? await reservedByCode(ledger, new Date(now.getTime() + packages.value.quoteMinutes * 60_000))
      : new Map<string, number>();
  const items = await readItems(
    ledger,
    defined.map(({ budget }) => campaignBudgetKey(budget)),
  );
  const taken = new Map(items.map(parseCampaignBudget).map(({ code, takenCoins }) => [code, takenCoins]));
  return {
    campaigns: defined.map(({ code, kind, enabled, from, until, budgetCoins, budget }) => {
      const takenCoins = taken.get(budget) ?? 0;
      const reservedCoins = Math.min(takenCoins, reserved.get(budget) ?? 0);
      const leftCoins = Math.max(0, budgetCoins - takenCoins);
      return {
        ...{ code, kind, enabled, from, until, budgetCoins },
        ...{ reservedCoins, spentCoins: takenCoins - reservedCoins, leftCoins },
      };
    }),
  };
}

async function reservedByCode(ledger: Table, lastQuoteEndsAt: Date): Promise<Map<string, number>> {
  const reserved = new Map<string, number>();
  for await (const keys of dueKeys(ledger, { kind: 'recharge', now: lastQuoteEndsAt, atOnce: ordersAtOnce }))
    for (const item of await readItems(ledger, keys.map(orderKey))) {
      const { state, campaigns = [], campaignsReleased = false } = parseRecharge(item);
      if (!openStates.some((open) => open === state) || campaignsReleased) continue;
      for (const { code, coins } of campaigns) reserved.set(code, (reserved.get(code) ?? 0) + coins);
    }
  return reserved;
}

function orderKey(due: Key): Key {
  return rechargeKey(rechargeIdOf(due));
}
