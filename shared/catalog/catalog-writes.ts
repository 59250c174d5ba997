import type { Write } from '../store/write.ts';
import type { Head } from './catalog-items.ts';
import { headKey } from './catalog-keys.ts';
import type { Heads } from './read-schedule.ts';
import type { CatalogKind } from './schemas.ts';

/**
 * Moves the head of a kind on, if no version of the kinds that were judged was published or withdrawn since their heads were
 * read. So two operators who publish kinds that must fit together are judged one after the other.
 */
export function moveHead(
  kind: CatalogKind,
  heads: Heads,
  latestNumber: number = heads.get(kind)?.latestNumber ?? 0,
): Write<'changed'>[] {
  const next: Head = { latestNumber, revision: (heads.get(kind)?.revision ?? 0) + 1 };
  const failure = () => 'changed' as const;
  const others = [...heads].filter(([other]) => other !== kind);
  return [
    { put: { Item: { ...headKey(kind), ...next }, ...isStill(heads.get(kind)) }, failure },
    ...others.map(([other, head]) => ({ check: { Key: headKey(other), ...isStill(head) }, failure })),
  ];
}

function isStill(head: Head | undefined) {
  if (!head) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return { ConditionExpression: 'revision = :revision', ExpressionAttributeValues: { ':revision': head.revision } };
}
