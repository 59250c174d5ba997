import { catalogDefaults } from '../../../shared/catalog/defaults.ts';

/** What is sold under a package's id, in minor units of its currency. */
export function offerOf(packageId: string): { coins: number; price: number; currency: string } {
  for (const channels of Object.values(catalogDefaults.packages.regions))
    for (const { currency, packages } of Object.values(channels)) {
      const offer = packages.find((one) => one.packageId === packageId);
      if (offer) return { coins: offer.coins, price: offer.priceMinor, currency };
    }
  throw new Error(`There is no package ${packageId}.`);
}
