import * as z from 'zod/mini';
import { queryPage, queryUpTo, readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { parseVersion } from './catalog.ts';
import { Head } from './catalog-items.ts';
import { headKey, versionKey, versionsEnd } from './catalog-keys.ts';
import type { Schedule } from './schedule.ts';
import { type CatalogKind, type CatalogVersion, catalogKinds } from './schemas.ts';

export const kindsOfCatalog = Object.keys(catalogKinds) as [CatalogKind, ...CatalogKind[]];

/** Far more than a kind will ever have: two people agree on each. */
const mostVersions = 10_000;

/** Where the versions of the kinds that were asked for stand; nothing where none was published since the seed. */
export type Heads = Map<CatalogKind, Head | undefined>;

/**
 * What is in force and what is scheduled, and the heads by which a write can make sure that it still is so: they are read
 * before the versions, so that what changes meanwhile shows in them.
 */
export async function readSchedule(
  catalog: Table,
  now: Date,
  kinds: readonly CatalogKind[] = kindsOfCatalog,
): Promise<{ heads: Heads; schedule: Schedule }> {
  const read = await Promise.all(kinds.map(async (kind) => [kind, await readKind(catalog, kind, now)] as const));
  const none = Object.fromEntries(kindsOfCatalog.map((kind) => [kind, []]));
  const versions = Object.fromEntries(read.map(([kind, found]) => [kind, found.versions]));
  return {
    heads: new Map(read.map(([kind, { head }]) => [kind, head])),
    schedule: { ...none, ...versions } as Schedule,
  };
}

async function readKind<Kind extends CatalogKind>(
  catalog: Table,
  kind: Kind,
  now: Date,
): Promise<{ head: Head | undefined; versions: CatalogVersion<Kind>[] }> {
  const head = await readHead(catalog, kind);
  const { pk, sk } = versionKey(kind, now.toISOString());
  const [inForce, scheduled] = await Promise.all([
    queryPage(catalog, {
      KeyConditionExpression: 'pk = :kind AND sk <= :now',
      ExpressionAttributeValues: { ':kind': pk, ':now': sk },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
    queryUpTo(
      catalog,
      {
        KeyConditionExpression: 'pk = :kind AND sk BETWEEN :later AND :end',
        ExpressionAttributeValues: { ':kind': pk, ':later': `${sk}~`, ':end': versionsEnd },
        ConsistentRead: true,
      },
      mostVersions,
    ),
  ]);
  return { head, versions: [...inForce.items, ...scheduled].map((item) => parseVersion(kind, item)) };
}

async function readHead(catalog: Table, kind: CatalogKind): Promise<Head | undefined> {
  const item = await readItem(catalog, headKey(kind));
  return item && z.parse(Head, item);
}

/** Everything that a kind's partition holds, of the versions in order, without their values. */
export async function readOutline(catalog: Table, kind: CatalogKind): Promise<Item[]> {
  const { pk } = headKey(kind);
  const { origin, names } = outline;
  return queryUpTo(
    catalog,
    {
      KeyConditionExpression: 'pk = :kind',
      ExpressionAttributeValues: { ':kind': pk },
      ExpressionAttributeNames: names,
      ProjectionExpression: origin,
      ConsistentRead: true,
    },
    mostVersions,
  );
}

const outlined = [
  ...['sk', 'version', 'effectiveAt', 'proposalId', 'proposedBy', 'reason', 'approvedBy', 'approvedAt'],
  ...['withdrawnBy', 'withdrawnAt', 'withdrawnFor'],
];
const outline = {
  origin: outlined.map((name) => `#${name}`).join(', '),
  names: Object.fromEntries(outlined.map((name) => [`#${name}`, name])),
};

/** The number of the next version: one more than any had, withdrawn ones among them. */
export async function nextNumber(catalog: Table, kind: CatalogKind, head: Head | undefined): Promise<number> {
  if (head) return head.latestNumber + 1;
  const numbers = (await readOutline(catalog, kind)).map(({ version }) => Number(version)).filter(Number.isSafeInteger);
  return Math.max(0, ...numbers) + 1;
}
