import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { AppId, Region } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { Amount, ContextType, providerNames } from '../store/items/common.ts';
import { customPackageId } from './custom-amount.ts';
import { Channel } from './schemas.ts';

const Price = z.object({ amount: Amount, currency: z.enum(currencies) });

/** The campaigns by which a price or a bonus is another than the catalogue's; absent without any. */
export const AppliedCampaigns = z.optional(
  z.array(z.object({ campaign: z.string(), kind: z.enum(['bonus', 'discount']) })),
);

const PackagesAnswer = z.object({
  region: Region,
  channel: Channel,
  version: z.string(),
  packages: z.array(
    z.object({
      packageId: AppId,
      coins: Amount,
      bonusCoins: Amount,
      price: Price,
      campaigns: AppliedCampaigns,
      /** With a campaign's lower price: the package's own. */
      listPrice: z.optional(Price),
      taxIncluded: z.boolean(),
      /** In the currency's major unit, to five decimals: for display only. */
      pricePerCoin: z.string(),
    }),
  ),
  /** Absent where only packages are sold. */
  custom: z.optional(
    z.object({
      packageId: z.literal(customPackageId),
      minimumCoins: Amount,
      maximumCoins: Amount,
      price: Price,
      perCoins: Amount,
      taxIncluded: z.boolean(),
      pricePerCoin: z.string(),
    }),
  ),
});
export type PackagesAnswer = z.infer<typeof PackagesAnswer>;

const PackagesQuery = z.strictObject({
  region: Region,
  channel: Channel,
  userId: z.optional(AppId),
  provider: z.optional(z.enum(providerNames)),
});

export const listPackagesRoute = defineRoute({
  operationId: 'listPackages',
  method: 'GET',
  path: '/v1/catalog/packages',
  scope: 'economy/read',
  summary: 'List the coin packages of a region and channel',
  description:
    'With a `userId`, packages are shown as that user would buy them now: with the campaigns that are open to the user. An order ' +
    'is quoted anew, since a budget may be used up meanwhile; it says itself which campaigns it has. At an app store, which sets ' +
    'its own prices, only a bonus holds: name it as the `provider` to see that.',
  query: PackagesQuery,
  status: 200,
  answer: PackagesAnswer,
  refusals: ['malformed_request', 'switched_off', 'region_not_served', 'user_not_found'],
  examples: {
    query: { region: 'US', channel: 'web' },
    answer: {
      region: 'US',
      channel: 'web',
      version: '1',
      packages: [
        {
          packageId: 'us-web-700',
          coins: 700,
          bonusCoins: 0,
          price: { amount: 740, currency: 'USD' },
          taxIncluded: false,
          pricePerCoin: '0.01057',
        },
      ],
      custom: {
        packageId: customPackageId,
        minimumCoins: 30,
        maximumCoins: 500_000,
        price: { amount: 74, currency: 'USD' },
        perCoins: 70,
        taxIncluded: false,
        pricePerCoin: '0.01057',
      },
    },
  },
});

const GiftsAnswer = z.object({
  region: Region,
  version: z.string(),
  gifts: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      /** Coins for one; absent where the amount is free. */
      coins: z.optional(Amount),
      /** The bounds of a free amount. */
      freeAmount: z.optional(z.object({ minimum: Amount, maximum: Amount })),
      tier: z.enum(['small', 'medium', 'large', 'grand']),
      surfaces: z.array(ContextType),
    }),
  ),
});
export type GiftsAnswer = z.infer<typeof GiftsAnswer>;

export const listGiftsRoute = defineRoute({
  operationId: 'listGifts',
  method: 'GET',
  path: '/v1/catalog/gifts',
  scope: 'economy/read',
  summary: 'List the gifts that can be sent from a region now',
  query: z.strictObject({ region: Region }),
  status: 200,
  answer: GiftsAnswer,
  refusals: ['malformed_request'],
  examples: {
    query: { region: 'US' },
    answer: {
      region: 'US',
      version: '1',
      gifts: [
        { code: 'rose', name: 'Rose', coins: 1, tier: 'small', surfaces: ['live', 'video', 'comment'] },
        {
          code: 'tip',
          name: 'Tip',
          freeAmount: { minimum: 1, maximum: 100000 },
          tier: 'small',
          surfaces: ['live', 'video', 'comment'],
        },
      ],
    },
  },
});
