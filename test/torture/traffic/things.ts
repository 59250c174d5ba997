import { shopDefaults } from '../../../shared/catalog/shop-defaults.ts';
import type { Shop } from '../../../shared/catalog/shop-schema.ts';

/** What fans can get besides gifts: something for good, something for a day, and what an operator's codes bring. */
export const items = { forGood: 'sticker_sunny_day', forGoodCoins: 50, timed: 'filter_aurora', codeCoins: 70 } as const;

export const timedDays = 1;

/** What there are only few of. */
export const goods = { code: 'mug', coins: 60, mostAtOnce: 3, stocked: 6 } as const;

const reservationMinutes = 15;

/** The shop at a price of what changes its price. */
export function shopAt(filterCoins: number): Shop {
  const { entitlements } = shopDefaults;
  const { code, coins, mostAtOnce } = goods;
  return {
    ...shopDefaults,
    entitlements: entitlements.map((item) =>
      item.code === items.timed ? { ...item, coins: filterCoins, days: timedDays } : item,
    ),
    goods: [{ code, name: 'A mug', type: 'merchandise', coins, enabled: true, mostAtOnce }],
    reservationMinutes,
    promotion: { minimumCoins: 20, maximumCoins: 2_000, longestDays: 5, lateReportHours: 2 },
  };
}
