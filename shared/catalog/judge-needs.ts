import { type Finding, finding } from './findings.ts';
import { packagesOf } from './judge-references.ts';
import { type Combination, campaignsFrom, usdMillionthsOf } from './schedule.ts';

/**
 * What price lists need of other kinds: a reference rate for their currency, and the tax that their prices include; and
 * what campaigns name must be sold.
 */
export function judgeNeeds(combination: Combination): Finding[] {
  return [...unknownPackages(combination), ...judgePriceLists(combination)];
}

function unknownPackages({ packages, campaigns, from }: Combination): Finding[] {
  const known = new Set(packagesOf(packages.value).map(({ coinPackage }) => coinPackage.packageId));
  return campaignsFrom(campaigns.value, from).flatMap(({ code, packages: named = [] }) =>
    named
      .filter((packageId) => !known.has(packageId))
      .map((packageId) =>
        finding('unknown_package', {
          at: `campaigns.${code}.packages.${packageId}`,
          sentence: `The campaign ${code} names ${packageId}, which packages ${packages.version} do not have: expected are packages that are sold.`,
        }),
      ),
  );
}

function judgePriceLists({ packages, limits, costs }: Combination): Finding[] {
  return Object.entries(packages.value.regions).flatMap(([region, channels]) =>
    Object.entries(channels).flatMap(([channel, { currency, taxIncluded }]) => {
      const at = `regions.${region}.${channel}`;
      const rateIsMissing = usdMillionthsOf(limits.value, currency) === undefined;
      const taxIsMissing = taxIncluded && costs.value.taxBasisPoints[region] === undefined;
      const sold = `packages ${packages.version} are sold for ${currency} in ${region}`;
      return [
        ...(rateIsMissing
          ? [
              finding('no_reference_rate', {
                at,
                sentence: `The ${sold}, and limits ${limits.version} have no reference rate of it: expected is one in limits.usdMillionths.`,
              }),
            ]
          : []),
        ...(taxIsMissing
          ? [
              finding('no_tax_rate', {
                at,
                sentence: `The ${sold} with tax included, and costs ${costs.version} do not say which: expected is it in costs.taxBasisPoints.`,
              }),
            ]
          : []),
      ];
    }),
  );
}
