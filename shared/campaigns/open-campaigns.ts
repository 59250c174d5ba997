import type { Campaign } from '../catalog/campaign-schema.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { purchasesOf } from '../store/keys.ts';
import { queryPage } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { readTaken, type Taken } from './campaign-use.ts';
import { campaignsFor, campaignsOn, type Occasion } from './choose-campaigns.ts';

/** The campaigns that a user can take part in there and then, and what is taken of them already. */
export type OpenCampaigns = { version: string; campaigns: Campaign[]; taken: ReadonlyMap<string, Taken> };

/**
 * Reads nothing of the ledger while no campaign is on. A list that is only shown must not take the reads of a campaign's one budget
 * from the orders: all who look at prices ask for it.
 */
export async function openCampaigns(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { wallet, occasion, isShown = false }: { wallet: Wallet; occasion: Occasion; isShown?: boolean },
): Promise<OpenCampaigns> {
  const { now } = occasion;
  const { version, value } = await catalog.current('campaigns', now);
  const on = campaignsOn(value, occasion);
  const isAsked = on.some(({ eligibility }) => eligibility.firstPurchase);
  const hasBought = isAsked && (await hasPurchase(ledger, wallet.userId));
  const campaigns = campaignsFor(on, { wallet, hasBought }, now);
  const codes = campaigns.map(({ code }) => code);
  return {
    version,
    campaigns,
    taken: await readTaken(ledger, { codes, userId: wallet.userId, isConsistent: !isShown }),
  };
}

async function hasPurchase(ledger: Table, userId: string): Promise<boolean> {
  const { pk, prefix } = purchasesOf(userId);
  const { items } = await queryPage(ledger, {
    KeyConditionExpression: 'pk = :wallet AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':wallet': pk, ':prefix': prefix },
    Limit: 1,
    ConsistentRead: true,
  });
  return items.length > 0;
}
