import * as z from 'zod/mini';
import { Balance, Moment } from '../store/items/common.ts';

export const CampaignsAnswer = z.object({
  campaigns: z.array(
    z.object({
      code: z.string(),
      kind: z.enum(['bonus', 'discount', 'challenge']),
      enabled: z.boolean(),
      from: Moment,
      until: Moment,
      budgetCoins: Balance,
      reservedCoins: Balance,
      spentCoins: Balance,
      leftCoins: Balance,
    }),
  ),
});
