import type { Shop } from './shop-schema.ts';

/** What a new deployment sells besides gifts. No goods: an operator publishes what there is, and switches them on by region. */
export const shopDefaults: Shop = {
  entitlements: [
    { code: 'sticker_sunny_day', name: 'Sunny Day stickers', type: 'sticker', coins: 50, enabled: true },
    { code: 'filter_aurora', name: 'Aurora filter', type: 'filter', coins: 200, days: 30, enabled: true },
    { code: 'content_backstage', name: 'Backstage pass', type: 'content', coins: 500, days: 30, enabled: true },
  ],
  goods: [],
  reservationMinutes: 15,
  promotion: { minimumCoins: 100, maximumCoins: 100_000, longestDays: 30, lateReportHours: 24 },
  codeFailuresPerHour: 10,
};
