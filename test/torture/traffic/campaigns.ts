import type { Campaign } from '../../../shared/catalog/campaign-schema.ts';

/** What every buyer wants and only some can get: the rules, by which the judge goes as well. */
export const bonusCampaign = {
  code: 'welcome',
  coins: 300,
  budgetCoins: 2_400,
  timesPerUser: 2,
  days: 2,
  worthBasisPoints: 5_000,
} as const;

export const saleCampaign = { code: 'sale', discountBasisPoints: 2_000, budgetCoins: 1_500, timesPerUser: 3 } as const;

/** The same in every block. */
export function campaignsFrom(start: number): Campaign[] {
  const offered = {
    enabled: true,
    from: new Date(start).toISOString(),
    until: new Date(start + 400 * 86_400_000).toISOString(),
    eligibility: {},
    stackable: true,
  };
  const { coins, days, ...bonus } = bonusCampaign;
  return [
    { ...offered, ...bonus, kind: 'bonus', name: 'Welcome', bonus: { coins }, expiresAfterDays: days },
    { ...offered, ...saleCampaign, kind: 'discount', name: 'Sale' },
  ];
}
