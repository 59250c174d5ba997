import { differences } from './differences.ts';
import { type Finding, finding } from './findings.ts';
import { judgeChanges, judgePriceLevel } from './judge-changes.ts';
import { judgeLadders } from './judge-ladder.ts';
import { judgeMargin } from './judge-margin.ts';
import { judgeNeeds } from './judge-needs.ts';
import { judgeReferences } from './judge-references.ts';
import { combinationsOf, isPriced, lastOf, type Schedule, withoutLast, withVersion } from './schedule.ts';
import type { CatalogKind, CatalogValue, CatalogVersion } from './schemas.ts';

/** Everything that the checks find in a version that would come after all that are scheduled. */
export function judgeVersion<Kind extends CatalogKind>(
  kind: Kind,
  version: CatalogVersion<Kind>,
  schedule: Schedule,
): Finding[] {
  const before = lastOf(schedule, kind).value;
  const { value } = version;
  if (differences(before, value).length === 0)
    return [finding('nothing_changes', { at: '', sentence: 'The version says what the one before it says.' })];
  return [
    ...judgeReferences(kind, value),
    ...judgeCombinations(kind, version.version, withVersion(schedule, kind, version)),
    ...judgeChanges(kind, before, value),
    ...judgePrices(kind, { before, value }, schedule),
  ];
}

/** What would be found if the last version of a kind were not there, and the one before it went on. */
export function judgeWithout(kind: CatalogKind, schedule: Schedule): Finding[] {
  const rest = withoutLast(schedule, kind);
  return judgeCombinations(kind, lastOf(rest, kind).version, rest);
}

/** What one version comes to with those of the other kinds that hold at the same time; each thing is said once. */
function judgeCombinations(kind: CatalogKind, version: string, schedule: Schedule): Finding[] {
  if (!isPriced(kind)) return [];
  const findings = combinationsOf(schedule)
    .filter((combination) => combination[kind].version === version)
    .flatMap((combination) => [...judgeNeeds(combination), ...judgeMargin(combination)]);
  return [...new Map(findings.map((found) => [`${found.code} ${found.at}`, found])).values()].map((found) =>
    named(kind, found),
  );
}

/** Of another kind, the kind comes first. */
function named(kind: CatalogKind, found: Finding): Finding {
  const owner = found.at.startsWith('campaigns.') ? 'campaigns' : 'packages';
  return kind === owner ? found : { ...found, at: `${owner} ${found.at}` };
}

function judgePrices<Kind extends CatalogKind>(
  kind: Kind,
  { before, value }: { before: CatalogValue<Kind>; value: CatalogValue<Kind> },
  schedule: Schedule,
): Finding[] {
  if (kind !== 'packages') return [];
  const [from, to] = [before, value] as [CatalogValue<'packages'>, CatalogValue<'packages'>];
  return [...judgeLadders(from, to), ...judgePriceLevel(from, to, lastOf(schedule, 'limits').value)];
}
