import type { Campaign } from '../catalog/campaign-schema.ts';
import { campaignBudgetKey, campaignUseKey } from '../store/campaign-keys.ts';
import {
  type CampaignBudget,
  type CampaignUse,
  parseCampaignBudget,
  parseCampaignUse,
} from '../store/items/campaign.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** What is taken of a campaign, by all and by one user. */
export type Taken = { budget: CampaignBudget; use: CampaignUse };

/**
 * How campaigns stand, by code, for one user: strongly consistent where something is decided from it, so that what a write refused
 * shows when it is read again.
 */
export async function readTaken(
  ledger: Table,
  { codes, userId, isConsistent = true }: { codes: string[]; userId: string; isConsistent?: boolean },
): Promise<Map<string, Taken>> {
  if (codes.length === 0) return new Map();
  const keys = codes.flatMap((code) => [campaignBudgetKey(code), campaignUseKey({ code, userId })]);
  const items = await readItems(ledger, keys, { isConsistent });
  const budgets = new Map(
    items.filter(({ sk }) => sk === 'BUDGET').map((item) => [String(item.code), parseCampaignBudget(item)]),
  );
  const uses = new Map(
    items.filter(({ sk }) => sk !== 'BUDGET').map((item) => [String(item.code), parseCampaignUse(item)]),
  );
  return new Map(
    codes.map((code) => [
      code,
      { budget: budgets.get(code) ?? { code, takenCoins: 0 }, use: uses.get(code) ?? noUse({ code, userId }) },
    ]),
  );
}

function noUse({ code, userId }: { code: string; userId: string }): CampaignUse {
  return { code, userId, times: 0, coins: 0, version: 0 };
}

/** Whether so many more coins fit into the campaign's budget and into what one user may take of it. */
export function hasRoom(
  { budgetCoins, timesPerUser, coinsPerUser }: Pick<Campaign, 'budgetCoins' | 'timesPerUser' | 'coinsPerUser'>,
  { budget, use }: Taken,
  coins: number,
): boolean {
  return (
    budget.takenCoins + coins <= budgetCoins &&
    use.times < timesPerUser &&
    (coinsPerUser === undefined || use.coins + coins <= coinsPerUser)
  );
}

/** The use with one more time. */
export function withTaken(use: CampaignUse, coins: number): CampaignUse {
  return { ...use, times: use.times + 1, coins: use.coins + coins };
}

/** The use with one time less. */
export function withReleased(use: CampaignUse, coins: number): CampaignUse {
  return { ...use, times: use.times - 1, coins: use.coins - coins };
}
