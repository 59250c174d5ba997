import { putVersion } from '../../../shared/catalog/catalog.ts';
import { catalogDefaults, relaxedPayoutRules } from '../../../shared/catalog/defaults.ts';
import { firstSwitches } from '../../../shared/catalog/switches.ts';
import { chanceAt } from '../chance.ts';
import type { World } from '../world.ts';
import { campaignsFrom } from './campaigns.ts';
import { shopAt } from './things.ts';

/** What the catalogue says in each block; clients know it, and instances learn it when their caches end. */
export function pricesIn(seed: number, block: number) {
  const chance = chanceAt(seed, 'prices', block);
  return {
    heart: chance.pick([5, 5, 6, 7]),
    isBalloonOn: chance.happens(0.7),
    coinsPerDiamond: chance.pick([2, 2, 2, 3]),
    bonusCoins: chance.pick([0, 0, 50, 120]),
    filter: chance.pick([40, 40, 55]),
  };
}

/** The block that a version is of; none for the one that the catalogue was seeded with. */
export function blockOf(version: string | undefined): number | undefined {
  return version?.startsWith(blockPrefix) ? Number(version.slice(blockPrefix.length)) : undefined;
}
const blockPrefix = 'block-';

/** For how long coins are good that were given away during the traffic. */
export const bonusDays = 5;

/** Publishes the catalogue of a block. Limits are low, so that small traffic meets them, and nearly everybody may withdraw. */
export async function publishPrices({ seed, catalogTable, timeline }: World, block: number): Promise<void> {
  const { heart, isBalloonOn, coinsPerDiamond, bonusCoins, filter } = pricesIn(seed, block);
  const gifts = structuredClone(catalogDefaults.gifts);
  for (const gift of gifts.gifts) {
    if (gift.code === 'heart') gift.price = { coins: heart };
    if (gift.code === 'balloon') gift.enabled = isBalloonOn;
    if (gift.code === 'clover') gift.regions = ['US', 'GB'];
  }
  const packages = structuredClone(catalogDefaults.packages);
  packages.bonusExpiresAfterDays = bonusDays;
  for (const channels of Object.values(packages.regions))
    for (const { packages: offered } of Object.values(channels))
      for (const offer of offered) if (offer.coins >= 1_000) offer.bonusCoins = bonusCoins;
  const payouts = {
    ...relaxedPayoutRules,
    methods: {
      ...relaxedPayoutRules.methods,
      bank: { minimumMinor: 100, feeBasisPoints: 0, feeFixedMinor: 29 },
    },
    dailyMaximumMinor: 20_000,
    weeklyMaximumMinor: 60_000,
    approvalAboveMinor: 3_000,
  };
  const of = { version: `${blockPrefix}${block}`, effectiveAt: new Date(timeline.startOf(block)).toISOString() };
  const switches = { ...firstSwitches, default: { ...firstSwitches.default, goods: true } };
  const refunds = { ...catalogDefaults.refunds, withdrawalDefaultDays: 60, withdrawalRegionDays: { JP: 3 } };
  await Promise.all([
    putVersion(catalogTable, 'shop', { ...of, value: shopAt(filter) }),
    putVersion(catalogTable, 'switches', { ...of, value: switches }),
    putVersion(catalogTable, 'campaigns', { ...of, value: { campaigns: campaignsFrom(timeline.startOf(0)) } }),
    putVersion(catalogTable, 'refunds', { ...of, value: refunds }),
    putVersion(catalogTable, 'gifts', { ...of, value: gifts }),
    putVersion(catalogTable, 'packages', { ...of, value: packages }),
    putVersion(catalogTable, 'payouts', { ...of, value: payouts }),
    putVersion(catalogTable, 'rates', { ...of, value: { ...catalogDefaults.rates, coinsPerDiamond } }),
  ]);
}
