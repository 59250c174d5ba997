import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstCampaigns } from '../../shared/catalog/campaign-schema.ts';
import { discountedMinor } from '../../shared/catalog/campaigns-of-package.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { judgeVersion } from '../../shared/catalog/judge-version.ts';
import type { Schedule } from '../../shared/catalog/schedule.ts';
import { type Currency, currencies } from '../../shared/money/currency.ts';
import { minor } from '../../shared/money/units.ts';
import { commonAmountStep, toPayPalValue, toStripeAmount } from '../../shared/providers/provider-amounts.ts';
import { bonus, discount } from './campaign-world.ts';

function lowered(priceMinor: number, discountBasisPoints: number, currency: Currency): number {
  return discountedMinor({ discountBasisPoints }, { priceMinor, stepMinor: commonAmountStep(currency) });
}

describe('a lower price', () => {
  it.each([
    ['USD', 1_299, 2_000, 1_040],
    ['JPY', 1_601, 1_500, 1_361],
    ['KWD', 1_250, 3_333, 840],
    ['HUF', 499_000, 1_010, 448_700],
    ['IDR', 1_700_000, 1_234, 1_490_220],
  ] as const)('is rounded up in %s, to what its providers can charge', (currency, price, basisPoints, expected) => {
    expect(lowered(price, basisPoints, currency)).toBe(expected);
  });

  it('is never below the share that is left, never above the price, and can be charged, in any currency', () => {
    const whole = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...currencies),
        whole,
        fc.integer({ min: 1, max: 9_999 }),
        (currency, steps, share) => {
          const stepMinor = commonAmountStep(currency);
          const priceMinor = steps * stepMinor;
          const left = lowered(priceMinor, share, currency);
          expect(left * 10_000).toBeGreaterThanOrEqual(priceMinor * (10_000 - share));
          expect(left * 10_000).toBeLessThan(priceMinor * (10_000 - share) + 10_000 * stepMinor);
          expect(left).toBeLessThanOrEqual(priceMinor);
          const price = { amountMinor: minor(left), currency };
          expect(() => [toStripeAmount(price), toPayPalValue(price)]).not.toThrow();
        },
      ),
    );
  });
});

const schedule = Object.fromEntries(
  Object.entries(catalogDefaults).map(([kind, value]) => [
    kind,
    [{ version: '1', effectiveAt: '2000-01-01T00:00:00.000Z', value }],
  ]),
) as unknown as Schedule;

function judge(...campaigns: object[]): string[] {
  const value = { ...firstCampaigns, campaigns: campaigns as (typeof bonus)[] };
  const version = { version: '2', effectiveAt: '2026-11-20T00:00:00.000Z', value };
  return judgeVersion('campaigns', version, schedule).map(({ code, at }) => `${code} ${at}`);
}

describe('campaigns that are proposed', () => {
  const onOne = { packages: ['us-app-1000'] };

  it('pass when they leave more of each coin than it is worth to a creator', () => {
    expect(judge({ ...bonus, ...onOne }, { ...discount, ...onOne })).toEqual([]);
  });

  it.each([
    ['a bonus that leaves less', { ...bonus, ...onOne, bonus: { coins: 819 } }],
    ['a discount that leaves less', { ...discount, ...onOne, discountBasisPoints: 4_502 }],
  ])('are refused for %s', (_, campaign) => {
    expect(judge(campaign)).toEqual([`below_creator_worth campaigns.${campaign.code}.packages.us-app-1000`]);
  });

  it('are refused for what they come to together, where they are stackable', () => {
    const both = [
      { ...bonus, ...onOne, bonus: { coins: 500 } },
      { ...discount, ...onOne, discountBasisPoints: 3_000 },
    ];
    expect(judge(...both)).toEqual([]);
    expect(judge(...both.map((campaign) => ({ ...campaign, stackable: true })))).toEqual([
      'below_creator_worth campaigns.black_friday.packages.us-app-1000',
    ]);
  });

  it('are refused for packages and regions that do not exist, and for what contradicts itself', () => {
    expect(judge({ ...bonus, packages: ['us-app-999'] })).toEqual([
      'unknown_package campaigns.black_friday.packages.us-app-999',
    ]);
    expect(judge({ ...bonus, ...onOne, regions: ['UK'] })).toContain(
      'unknown_region campaigns.black_friday.regions.UK',
    );
    expect(judge({ ...bonus, ...onOne, until: bonus.from })).toContain('contradiction campaigns.black_friday');
    expect(judge({ ...bonus, ...onOne }, { ...discount, ...onOne, code: bonus.code })).toContain(
      'repeated_id campaigns.black_friday',
    );
  });

  it('stand in the way of packages that they name, and of rates by which they lose money', () => {
    const [campaigns] = [{ campaigns: [{ ...bonus, ...onOne, bonus: { coins: 500 } }] }];
    const given = {
      ...schedule,
      campaigns: [{ version: '2', effectiveAt: '2026-11-20T00:00:00.000Z', value: campaigns }],
    };
    const proposed = (kind: 'packages' | 'rates', value: unknown) =>
      judgeVersion(
        kind,
        { version: '2', effectiveAt: '2026-11-21T00:00:00.000Z', value: value as never },
        given as Schedule,
      )
        .filter(({ severity }) => severity === 'refused')
        .map(({ code, at }) => `${code} ${at}`);
    const { US, ...others } = catalogDefaults.packages.regions;
    expect(proposed('packages', { ...catalogDefaults.packages, regions: others })).toEqual([
      'unknown_package campaigns campaigns.black_friday.packages.us-app-1000',
    ]);
    expect(US).toBeDefined();
    expect(proposed('rates', { ...catalogDefaults.rates, coinsPerDiamond: 1 })).toContain(
      'below_creator_worth campaigns campaigns.black_friday.packages.us-app-1000',
    );
  });
});
