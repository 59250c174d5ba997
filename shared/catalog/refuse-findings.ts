import { type Refusal, refuse } from '../refusals.ts';
import type { Change } from './differences.ts';
import type { Finding } from './findings.ts';

/** What an answer lists of the findings and of the differences; there are more only when everything is wrong. */
const mostListed = 50;

type Accepted = {
  acknowledged: string[];
  /** Whether the value is that of a version which was published before. */
  publishedBefore: boolean;
};

/** The refusal that the findings make, if any: of what never passes first, then of what was not acknowledged. */
export function refuseFindings(findings: Finding[], accepted: Accepted, changes?: Change[]): Refusal | undefined {
  const refused = findings.filter(({ severity }) => severity === 'refused');
  const unheeded = findings.filter((found) => !isAccepted(found, accepted));
  const [first] = unheeded;
  if (!first) return undefined;
  const facts = {
    findings: findings.slice(0, mostListed),
    ...(changes && { changes: changes.slice(0, mostListed) }),
  };
  const [worst = first] = refused;
  const others = unheeded.length > 1 ? ` There are ${unheeded.length - 1} more findings.` : '';
  if (refused.length > 0) return refuse('catalog_refused', `${worst.sentence}${others}`, facts);
  return refuse(
    'catalog_not_acknowledged',
    `${first.sentence} If that is meant, propose it again with "${first.acknowledgeBy}" among the things acknowledged.${others}`,
    facts,
  );
}

function isAccepted({ severity, acknowledgeBy = '' }: Finding, { acknowledged, publishedBefore }: Accepted): boolean {
  return severity !== 'refused' && (publishedBefore || acknowledged.includes(acknowledgeBy));
}
