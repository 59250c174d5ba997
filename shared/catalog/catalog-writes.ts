import type { Write } from '../store/write.ts';
import type { Head } from './catalog-items.ts';
import { headKey } from './catalog-keys.ts';
import { type Heads, kindsOfCatalog } from './read-schedule.ts';
import type { CatalogKind } from './schemas.ts';

/**
 * Moves the head of a kind on, if no version of any kind was published or withdrawn since the heads were read: what is judged is
 * how the kinds fit together, so that two operators who publish different kinds at once are judged one after the other.
 */
export function moveHead(
  kind: CatalogKind,
  heads: Heads,
  latestNumber: number | undefined = heads[kind]?.latestNumber,
): Write<'changed'>[] {
  const next: Head = { latestNumber: latestNumber ?? 0, revision: (heads[kind]?.revision ?? 0) + 1 };
  const failure = () => 'changed' as const;
  const others = kindsOfCatalog.filter((other) => other !== kind);
  return [
    { put: { Item: { ...headKey(kind), ...next }, ...isStill(heads[kind]) }, failure },
    ...others.map((other) => ({ check: { Key: headKey(other), ...isStill(heads[other]) }, failure })),
  ];
}

function isStill(head: Head | undefined) {
  if (!head) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return { ConditionExpression: 'revision = :revision', ExpressionAttributeValues: { ':revision': head.revision } };
}
