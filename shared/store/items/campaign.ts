import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Balance, Moment } from './common.ts';

/** What orders hold of a campaign's budget, spent or set aside: `CAMPAIGN#{code}` / `BUDGET`. */
export const CampaignBudget = z.object({ code: z.string(), takenCoins: Balance });
export type CampaignBudget = z.infer<typeof CampaignBudget>;

export function parseCampaignBudget(item: Item): CampaignBudget {
  return z.parse(CampaignBudget, item);
}

/** What one user holds of a campaign: `CAMPAIGN#{code}#{part}` / `USE#{userId}`. */
export const CampaignUse = z.object({
  code: z.string(),
  userId: z.string(),
  times: Balance,
  coins: Balance,
  version: z.int(),
});
export type CampaignUse = z.infer<typeof CampaignUse>;

export function parseCampaignUse(item: Item): CampaignUse {
  return z.parse(CampaignUse, item);
}

/** What one order holds of a campaign, or held: `CAMPAIGN#{code}#{part}` / `TAKEN#{userId}#{id}`. */
export const CampaignLine = z.object({
  code: z.string(),
  userId: z.string(),
  /** The order. */
  id: z.string(),
  coins: Balance,
  state: z.enum(['taken', 'released']),
  /** When it last was taken or released. */
  at: Moment,
});
export type CampaignLine = z.infer<typeof CampaignLine>;

export function parseCampaignLine(item: Item): CampaignLine {
  return z.parse(CampaignLine, item);
}

/** A campaign as an order keeps it. */
export const OrderCampaign = z.object({
  code: z.string(),
  kind: z.enum(['bonus', 'discount']),
  /** What the order takes of its budget: the bonus, or what the lower price is worth. */
  coins: Balance,
  /** The version of the campaigns. */
  version: z.string(),
});
export type OrderCampaign = z.infer<typeof OrderCampaign>;
