import { describe, expect, it } from 'vitest';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { differences } from '../../shared/catalog/differences.ts';
import type { Finding } from '../../shared/catalog/findings.ts';
import { judgeVersion, judgeWithout } from '../../shared/catalog/judge-version.ts';
import { type Schedule, withVersion } from '../../shared/catalog/schedule.ts';
import type { CatalogKind, CoinPackage } from '../../shared/catalog/schemas.ts';
import { afterLive, duet } from '../rewards/reward-world.ts';
import { type Edits, edited } from './edit.ts';

const from = '2000-01-01T00:00:00.000Z';
const december = '2026-12-01T00:00:00.000Z';
const january = '2027-01-01T00:00:00.000Z';

const schedule = Object.fromEntries(
  Object.entries(catalogDefaults).map(([kind, value]) => [kind, [{ version: '1', effectiveAt: from, value }]]),
) as unknown as Schedule;

type Circumstances = { effectiveAt?: string; given?: Schedule };

function judge(
  kind: CatalogKind,
  edits: Edits,
  { effectiveAt = december, given = schedule }: Circumstances = {},
): Finding[] {
  return judgeVersion(kind, { version: 'proposed', effectiveAt, value: edited(kind, edits) }, given);
}

function codes(findings: Finding[]): string[] {
  return findings.map(({ code, at }) => `${code} ${at}`);
}

/** What is found about one thing, leaving out what is found besides. */
function only(code: Finding['code'], findings: Finding[]): string[] {
  return codes(findings.filter((found) => found.code === code));
}

const coinPackage = (packageId: string, change: Partial<CoinPackage>): CoinPackage => ({
  packageId,
  coins: 100,
  bonusCoins: 0,
  priceMinor: 160,
  ...change,
});

const usApp = 'regions.US.app.packages';
const [rose] = catalogDefaults.gifts.gifts;

describe('the differences of two versions', () => {
  it('show another order of packages whose ids are numbers', () => {
    const [small, large] = [coinPackage('100', {}), coinPackage('200', { coins: 200 })];
    expect(differences({ packages: [small, large] }, { packages: [large, small] })).toEqual([
      { at: 'packages (order)', from: ['100', '200'], to: ['200', '100'] },
    ]);
  });
});

describe('the catalogue that a deployment starts with', () => {
  it.each(['packages', 'limits', 'costs', 'rates'] as const)('passes the checks by which %s are refused', (kind) => {
    expect(judgeWithout(kind, withVersion(schedule, kind, schedule[kind][0] as never))).toEqual([]);
  });

  const little: [CatalogKind, Edits][] = [
    ['packages', { quoteMinutes: 20 }],
    ['gifts', { largestQuantity: 20_000 }],
    ['rates', { coinsPerDiamond: 3 }],
    ['payouts', { approvalAboveMinor: 100_000 }],
    ['ages', { 'regionYears.JP': 20 }],
    ['refunds', { 'withdrawalRegionDays.KR': 14 }],
    ['limits', { 'default.dailyMinor': 100_000 }],
    ['costs', { 'fees.app.basisPoints': 2_700 }],
    ['switches', { 'regions.BR': { gifts: false } }],
  ];

  it.each(little)('may be changed a little without anything being found: %s', (kind, edits) => {
    expect(judge(kind, edits)).toEqual([]);
  });

  it('is no new version when nothing is changed', () => {
    expect(codes(judge('gifts', {}))).toEqual(['nothing_changes ']);
  });
});

describe('the margin guard', () => {
  const belowWorth = (kind: CatalogKind, edits: Edits, circumstances?: Circumstances) =>
    only('below_creator_worth', judge(kind, edits, circumstances));

  it('refuses a package that leaves less than its coins are worth to a creator, and says what they leave', () => {
    const [found] = judge('packages', { [`${usApp}.us-app-1000.priceMinor`]: 700 });
    expect(found).toEqual({
      code: 'below_creator_worth',
      severity: 'refused',
      at: `${usApp}.us-app-1000`,
      sentence:
        '1000 coins for 7.00 USD (packages proposed) leave 0.4900 US cents a coin after tax and fees; a coin must leave ' +
        'more than it is worth to a creator, which is 0.5000 (rates 1).',
    });
  });

  it('asks for more than the worth: what leaves exactly as much is refused', () => {
    // 70 % of $10.00 is what 1,400 coins are worth.
    const priced = (priceMinor: number) =>
      belowWorth('packages', {
        [`${usApp}.us-app-1000.coins`]: 1_400,
        [`${usApp}.us-app-1000.priceMinor`]: priceMinor,
      });
    expect(priced(1_000)).toEqual([`below_creator_worth ${usApp}.us-app-1000`]);
    expect(priced(1_001)).toEqual([]);
  });

  it('counts bonus coins, tax that the price includes, and the exchange rate', () => {
    const bonus = belowWorth('packages', { [`${usApp}.us-app-1000.bonusCoins`]: 900 });
    expect(bonus).toEqual([`below_creator_worth ${usApp}.us-app-1000`]);
    const tax = belowWorth('costs', { 'taxBasisPoints.GB': 9_000 });
    expect(tax).toContain('below_creator_worth packages regions.GB.app.packages.gb-app-65');
    const yen = belowWorth('limits', { 'usdMillionths.JPY': 4_500 });
    expect(yen).toContain('below_creator_worth packages regions.JP.app.packages.jp-app-100');
  });

  it('judges a custom amount by its fewest coins, on which the fixed fee weighs most', () => {
    expect(belowWorth('costs', { 'fees.web.fixedUsdMinor': 15 })).toEqual([]);
    // 30 coins cost 31.7 cents at the rate; 4.99 % and 16 cents less are 14.1 for what is worth 15.
    const custom = 'below_creator_worth packages regions.US.web.custom';
    expect(belowWorth('costs', { 'fees.web.fixedUsdMinor': 16 })).toEqual([custom]);
    const few = belowWorth('packages', { 'regions.US.web.custom.minimumCoins': 17 });
    expect(few).toEqual(['below_creator_worth regions.US.web.custom']);
  });

  it('judges rates by the packages in force, and packages by every rate to come', () => {
    const generous = { coinsPerDiamond: 1 };
    expect(belowWorth('rates', generous)).toContain(`below_creator_worth packages ${usApp}.us-app-100`);
    const soon = { version: '2', effectiveAt: january, value: edited('rates', generous) };
    const given = withVersion(schedule, 'rates', soon);
    const change = { [`${usApp}.us-app-1000.priceMinor`]: 1_300 };
    expect(belowWorth('packages', change)).toEqual([]);
    expect(belowWorth('packages', change, { given })).toContain(`below_creator_worth ${usApp}.us-app-1000`);
  });

  it('leaves out rates that have ended when a price list begins', () => {
    const generous = { version: '1', effectiveAt: from, value: edited('rates', { coinsPerDiamond: 1 }) };
    const given = {
      ...schedule,
      rates: [generous, { version: '2', effectiveAt: december, value: edited('rates', {}) }],
    };
    expect(belowWorth('packages', { quoteMinutes: 20 }, { given })).toEqual([]);
    const earlier = { given, effectiveAt: '2026-11-30T00:00:00.000Z' };
    expect(belowWorth('packages', { quoteMinutes: 20 }, earlier).length).toBeGreaterThan(0);
  });

  it('looks at what would go on when a scheduled version is withdrawn', () => {
    const cheap = { version: '1', effectiveAt: from, value: edited('packages', {}) };
    const japan = edited('packages', {}).regions.JP?.app;
    const dear = edited('packages', {
      regions: { JP: { app: { ...japan, packages: [coinPackage('jp-app-100', { priceMinor: 1_000 })] } } },
    });
    const withPackages = { ...schedule, packages: [cheap, { version: '2', effectiveAt: december, value: dear }] };
    const generous = { version: '2', effectiveAt: january, value: edited('rates', { coinsPerDiamond: 1 }) };
    expect(judgeWithout('packages', withPackages)).toEqual([]);
    const withRates = withVersion(withPackages, 'rates', generous);
    expect(codes(judgeWithout('packages', withRates))).toContain(`below_creator_worth ${usApp}.us-app-100`);
  });
});

describe('the ladder check', () => {
  const ladder = (...prices: [coins: number, priceMinor: number, bonusCoins?: number][]) => {
    const packages = prices.map(([coins, priceMinor, bonusCoins = 0]) =>
      coinPackage(`jp-app-${coins}`, { coins, priceMinor, bonusCoins }),
    );
    return only('ladder_rises', judge('packages', { 'regions.JP.app.packages': packages }));
  };
  const rises = ['ladder_rises regions.JP.app'];

  it('flags a list by which a larger package costs more for each coin than some smaller one', () => {
    expect(ladder([100, 160], [500, 800], [1_000, 1_700])).toEqual(rises);
    expect(ladder([1_000, 1_500], [100, 160], [2_000, 3_100])).toEqual(rises);
  });

  it('takes prices within one per cent for the same, since they end in nines', () => {
    expect(ladder([100, 160], [500, 800], [1_000, 1_616])).toEqual([]);
    expect(ladder([100, 160], [500, 800], [1_000, 1_617])).toEqual(rises);
    // 1.290 to 1.299 for a coin.
    expect(ladder([100, 129], [500, 649], [1_000, 1_299])).toEqual([]);
  });

  it('counts bonus coins, by which a larger purchase may be made cheaper', () => {
    expect(ladder([100, 160], [500, 800], [1_000, 1_700, 100])).toEqual([]);
  });

  it('flags a list that rises only when it is changed, and passes when its code is acknowledged', () => {
    expect(only('ladder_rises', judge('packages', { quoteMinutes: 20 }))).toEqual([]);
    const found = judge('packages', { [`${usApp}.us-app-500.priceMinor`]: 659 });
    expect(found).toMatchObject([{ code: 'ladder_rises', severity: 'flagged', acknowledgeBy: 'ladder_rises' }]);
  });
});

describe('what looks like a slip of the finger', () => {
  const off = catalogDefaults.gifts.gifts.map((gift) => ({ ...gift, enabled: false }));
  const reward = {
    ...{ code: 'new_one', nameKey: 'new.one', enabled: true, coins: 10, expiresAfterDays: 7 },
    worthBasisPoints: 10_000,
  };
  const slips: [what: string, CatalogKind, Edits, acknowledgeBy: string][] = [
    [
      'a price with a digit too many',
      'packages',
      { [`${usApp}.us-app-1000.priceMinor`]: 12_999 },
      `number_jumped ${usApp}.us-app-1000.priceMinor=12999`,
    ],
    [
      'a bonus from nothing to more than half of the coins',
      'packages',
      { [`${usApp}.us-app-1000.bonusCoins`]: 501 },
      `number_jumped ${usApp}.us-app-1000 (all coins)=1501`,
    ],
    ['a price list that is gone', 'packages', { 'regions.ID': undefined }, 'much_removed regions.ID.app=0'],
    [
      'a gift with a digit too many',
      'gifts',
      { 'gifts.rose.price.coins': 10 },
      'number_jumped gifts.rose.price.coins=10',
    ],
    [
      'a new gift that is dearer than all by far',
      'gifts',
      { 'gifts.sun': { ...rose, code: 'sun', price: { coins: 450_000 } } },
      'number_jumped gifts (dearest)=450000',
    ],
    ['all gifts gone', 'gifts', { gifts: [] }, 'much_removed gifts=0'],
    ['all gifts switched off', 'gifts', { gifts: off }, 'much_removed gifts=0'],
    ['a rate that doubles', 'rates', { coinsPerDiamond: 4 }, 'number_jumped coinsPerDiamond=4'],
    [
      'a limit raised tenfold',
      'limits',
      { 'default.dailyMinor': 500_000, 'default.weeklyMinor': 2_000_000 },
      'number_jumped default.dailyMinor=500000',
    ],
    [
      'an exchange rate a hundred times too high',
      'limits',
      { 'usdMillionths.EUR': 116_000_000 },
      'number_jumped usdMillionths.EUR=116000000',
    ],
    [
      'an approval limit raised tenfold',
      'payouts',
      { approvalAboveMinor: 500_000 },
      'number_jumped approvalAboveMinor=500000',
    ],
    [
      'a waiting time of new destinations that is gone',
      'payouts',
      { destinationCoolingOffHours: 0 },
      'number_jumped destinationCoolingOffHours=0',
    ],
    [
      'a check of profiles that is gone',
      'payouts',
      { profileMustShow: ['name_match'] },
      'much_removed profileMustShow=1',
    ],
    [
      'a fee of creators with a digit too many',
      'payouts',
      { 'methods.paypal.feeBasisPoints': 1_500 },
      'number_jumped methods.paypal.feeBasisPoints=1500',
    ],
    ['a cap for everybody that is gone', 'spending', { 'default.day': undefined }, 'much_removed default.day=0'],
    ['an age of 8', 'ages', { defaultYears: 8 }, 'number_jumped defaultYears=8'],
    [
      'a right of withdrawal that is gone',
      'refunds',
      { 'withdrawalRegionDays.DE': undefined },
      'number_jumped withdrawalRegionDays.DE=0',
    ],
    [
      'a fee of a channel with a digit too many',
      'costs',
      { 'fees.web.basisPoints': 4_990 },
      'number_jumped fees.web.basisPoints=4990',
    ],
    [
      'a new ad that nobody paid for and creators are paid for',
      'ads',
      { placements: [{ ...reward, perUserPerDay: 5 }] },
      'number_jumped placements.new_one.worthBasisPoints=10000',
    ],
    [
      'a new challenge that nobody paid for and creators are paid for',
      'challenges',
      { challenges: [{ ...reward, from, until: december, budgetCoins: 1_000, timesPerUser: 1 }] },
      'number_jumped challenges.new_one.worthBasisPoints=10000',
    ],
  ];

  it.each(slips)('is refused until it is repeated: %s', (_what, kind, edits, acknowledgeBy) => {
    const slip = judge(kind, edits).find((found) => found.acknowledgeBy === acknowledgeBy);
    expect(slip?.severity).toBe('large_change');
  });

  it('is a reward, for which nobody pays, whose coins are worth something to creators', () => {
    const found = (worthBasisPoints: number) => [
      ...codes(
        judgeVersion(
          'challenges',
          { version: 'p', effectiveAt: december, value: { challenges: [{ ...duet, worthBasisPoints }] } },
          schedule,
        ),
      ),
      ...codes(
        judgeVersion(
          'ads',
          { version: 'p', effectiveAt: december, value: { placements: [{ ...afterLive, worthBasisPoints }] } },
          schedule,
        ),
      ),
    ];
    expect(found(0)).toEqual([]);
    expect(found(10_000)).toEqual([
      'number_jumped challenges.first_duet.worthBasisPoints',
      'number_jumped placements.after_live.worthBasisPoints',
    ]);
  });

  it('says between what a number was expected', () => {
    const [found] = judge('rates', { coinsPerDiamond: 20 });
    expect(found?.sentence).toBe('coinsPerDiamond goes from 2 to 20: expected is something between 2 and 3.');
  });

  it('is a price list of a new region in the wrong unit, which only other lists can show', () => {
    const packages = [coinPackage('vn-app-100', { priceMinor: 3_400_000 })];
    const found = judge('packages', { 'regions.VN': { app: { currency: 'VND', taxIncluded: false, packages } } });
    expect(found.map(({ acknowledgeBy }) => acknowledgeBy)).toEqual([
      'price_out_of_line regions.VN.app.packages.vn-app-100=3400000',
    ]);
  });

  it('counts for a region what holds there, whoever says so', () => {
    const strict = edited('limits', { 'regions.DE': { ...catalogDefaults.limits.default, dailyMinor: 5_000 } });
    const given = { ...schedule, limits: [{ version: '1', effectiveAt: from, value: strict }] };
    expect(codes(judge('limits', { 'default.ordersPerDay': 61 }, { given }))).toContain(
      'number_jumped regions.DE.dailyMinor',
    );
  });
});

describe('what does not fit together', () => {
  const usFirst = { appleProductId: 'coins.us.app.100', googleProductId: 'coins.us.app.100' };
  const flaws: [what: string, CatalogKind, Edits, refusedFor: string][] = [
    ['a region that there is not', 'switches', { 'regions.UK': { gifts: false } }, 'unknown_region regions.UK'],
    [
      'a package id in two lists',
      'packages',
      { 'regions.GB.app.packages.us-app-100': coinPackage('us-app-100', {}) },
      'repeated_id packages.us-app-100',
    ],
    [
      'a product for different coins',
      'packages',
      { 'regions.GB.app.packages.gb-app-65.appleProductId': usFirst.appleProductId },
      'ambiguous_product regions.GB.app.packages.gb-app-65.appleProductId',
    ],
    [
      'a product twice in one list',
      'packages',
      { [`${usApp}.us-app-100b`]: coinPackage('us-app-100b', usFirst) },
      `ambiguous_product ${usApp}.us-app-100b.googleProductId`,
    ],
    [
      'a currency without a reference rate',
      'limits',
      { 'usdMillionths.JPY': undefined },
      'no_reference_rate packages regions.JP.app',
    ],
    [
      'a price with a tax that nobody states',
      'costs',
      { 'taxBasisPoints.GB': undefined },
      'no_tax_rate packages regions.GB.app',
    ],
    ['a gift twice', 'gifts', { gifts: [rose, rose] }, 'repeated_id gifts.rose'],
    [
      'a season that ends before it begins',
      'gifts',
      { 'gifts.rose.from': january, 'gifts.rose.until': december },
      'contradiction gifts.rose',
    ],
    [
      'a tip from much to little',
      'gifts',
      { 'gifts.tip.price': { minimum: 10, maximum: 1 } },
      'contradiction gifts.tip.price',
    ],
    [
      'a fee that takes the smallest payout',
      'payouts',
      { 'methods.bank.minimumMinor': 290 },
      'contradiction methods.bank',
    ],
    ['more a day than a week', 'limits', { 'default.weeklyMinor': 40_000 }, 'contradiction default'],
  ];

  it.each(flaws)('is refused: %s', (_what, kind, edits, refusedFor) => {
    const refused = judge(kind, edits).filter(({ severity }) => severity === 'refused');
    expect(codes(refused)).toContain(refusedFor);
  });

  it('is not one product of a store in the lists of two regions, for the same coins', () => {
    const packages = [coinPackage('ca-app-100', { priceMinor: 129, ...usFirst })];
    const found = judge('packages', { 'regions.CA': { app: { currency: 'USD', taxIncluded: false, packages } } });
    expect(found).toEqual([]);
  });
});
