import { type Campaign, firstCampaigns } from './campaign-schema.ts';
import { firstVersion, seededFrom } from './catalog-keys.ts';
import type { CatalogKind, CatalogValue, CatalogVersion } from './schemas.ts';

/** The versions of each kind from the one in force on, in the order in which they take effect; none of a kind that was not asked for. */
export type Schedule = { [Kind in CatalogKind]: CatalogVersion<Kind>[] };

/** What coins cost and what they are worth: these kinds are judged together, each of the others for itself. */
const priced = ['packages', 'limits', 'costs', 'rates', 'campaigns'] as const;
type PricedKind = (typeof priced)[number];

export function isPriced(kind: CatalogKind): kind is PricedKind {
  return (priced as readonly CatalogKind[]).includes(kind);
}

/** The kinds that a version of one is judged with. */
export function judgedWith(kind: CatalogKind): readonly CatalogKind[] {
  return isPriced(kind) ? priced : [kind];
}

/** What holds where nobody has seeded campaigns yet: what coins cost must be judged all the same. */
const noCampaigns: CatalogVersion<'campaigns'> = {
  version: firstVersion,
  effectiveAt: seededFrom,
  value: firstCampaigns,
};

/** A version and the one that ends it; the last one has no end. */
type Era<Kind extends CatalogKind> = { version: CatalogVersion<Kind>; from: string; until: string };

const never = '~';

/** Versions of the kinds by which one package is sold, and its coins spent, at some time. */
export type Combination = { [Kind in PricedKind]: CatalogVersion<Kind> } & {
  /** Since when they hold together. */
  from: string;
};

/** Campaigns of purchases that are on, now or later. */
export function campaignsFrom({ campaigns }: CatalogValue<'campaigns'>, from: string): Campaign[] {
  return campaigns.filter(({ enabled, until }) => enabled && until > from);
}

/**
 * All combinations that come to pass. Coins are spent after they were bought, so that every rate counts that has not ended
 * when a price list begins; taxes, fees and exchange rates are those of the purchase.
 */
export function combinationsOf(schedule: Pick<Schedule, PricedKind>): Combination[] {
  const [packages, limits, costs, rates, campaigns] = [
    erasOf(schedule.packages),
    erasOf(schedule.limits),
    erasOf(schedule.costs),
    erasOf(schedule.rates),
    erasOf(schedule.campaigns.length > 0 ? schedule.campaigns : [noCampaigns]),
  ];
  return packages.flatMap((sold) =>
    limits.flatMap((limit) =>
      costs.flatMap((cost) =>
        campaigns.flatMap((campaign) => {
          const from = latest(sold.from, limit.from, cost.from, campaign.from);
          if ([sold, limit, cost, campaign].some(({ until }) => until <= from)) return [];
          return rates
            .filter(({ until }) => until > from)
            .map((rate) => ({
              packages: sold.version,
              limits: limit.version,
              costs: cost.version,
              campaigns: campaign.version,
              rates: rate.version,
              from,
            }));
        }),
      ),
    ),
  );
}

function erasOf<Kind extends CatalogKind>(versions: CatalogVersion<Kind>[]): Era<Kind>[] {
  return versions.map((version, position) => ({
    version,
    from: version.effectiveAt,
    until: versions[position + 1]?.effectiveAt ?? never,
  }));
}

function latest(...moments: string[]): string {
  return moments.toSorted().at(-1) ?? '';
}

/** The version that the next one of a kind follows. */
export function lastOf<Kind extends CatalogKind>(schedule: Schedule, kind: Kind): CatalogVersion<Kind> {
  const last = schedule[kind].at(-1);
  if (!last) throw new Error(`The catalogue has no ${kind}.`);
  return last;
}

export function withVersion<Kind extends CatalogKind>(
  schedule: Schedule,
  kind: Kind,
  version: CatalogVersion<Kind>,
): Schedule {
  return { ...schedule, [kind]: [...schedule[kind], version] };
}

export function withoutLast(schedule: Schedule, kind: CatalogKind): Schedule {
  return { ...schedule, [kind]: schedule[kind].slice(0, -1) };
}

/** What one US dollar is worth in its own reference rate. */
const oneDollar = 1_000_000;

/** What a major unit of the currency is taken for, in millionths of a dollar. */
export function usdMillionthsOf(
  limits: CatalogValue<'limits'>,
  currency: keyof CatalogValue<'limits'>['usdMillionths'],
): number | undefined {
  return currency === 'USD' ? oneDollar : limits.usdMillionths[currency];
}
