import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Table } from '../store/table.ts';
import { type CatalogKind, type CatalogValue, type CatalogVersion, catalogKinds } from './schemas.ts';
import { seededFrom, spendingDefaults } from './spending-rules.ts';

/** How long a function instance may go on with a version it has read. */
const cacheSeconds = 30;

const StoredVersion = z.object({ version: z.string(), effectiveAt: z.string(), value: z.unknown() });

export type Catalog = {
  /** The version of a kind of configuration that is in force at `now`. */
  current<Kind extends CatalogKind>(kind: Kind, now: Date): Promise<CatalogVersion<Kind>>;
};

/** Reads the `Catalog` table through a short cache; many callers at once share one read. */
export function openCatalog(table: Table): Catalog {
  const cache = new Map<CatalogKind, { until: number; version: Promise<CatalogVersion<CatalogKind>> }>();
  return {
    current<Kind extends CatalogKind>(kind: Kind, now: Date) {
      const cached = cache.get(kind);
      if (cached && cached.until > now.getTime()) return cached.version as Promise<CatalogVersion<Kind>>;
      const version = readCurrent(table, kind, now);
      cache.set(kind, { until: now.getTime() + cacheSeconds * 1000, version });
      version.catch(() => cache.delete(kind));
      return version;
    },
  };
}

async function readCurrent<Kind extends CatalogKind>(
  table: Table,
  kind: Kind,
  now: Date,
): Promise<CatalogVersion<Kind>> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :kind AND sk <= :now',
      ExpressionAttributeValues: { ':kind': partitionOf(kind), ':now': `FROM#${now.toISOString()}` },
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  const item = Items?.[0];
  // Functions of a deployment may run before its seed: the first version of a kind that is new there stops no gift.
  if (!item && kind === 'spending')
    return { version: '1', effectiveAt: seededFrom, value: spendingDefaults as CatalogValue<Kind> };
  if (!item)
    throw new Error(`The catalogue has no ${kind} in force: seed it (a deployment does) or publish a version.`);
  return parseVersion(kind, item);
}

/** All versions of a kind that have come into force by `now`, the oldest first. */
export async function readVersions<Kind extends CatalogKind>(
  table: Table,
  kind: Kind,
  now: Date,
): Promise<CatalogVersion<Kind>[]> {
  const versions: CatalogVersion<Kind>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :kind AND sk <= :now',
        ExpressionAttributeValues: { ':kind': partitionOf(kind), ':now': `FROM#${now.toISOString()}` },
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    versions.push(...Items.map((item) => parseVersion(kind, item)));
    from = LastEvaluatedKey;
  } while (from);
  return versions;
}

function parseVersion<Kind extends CatalogKind>(kind: Kind, item: Record<string, unknown>): CatalogVersion<Kind> {
  const { version, effectiveAt, value } = z.parse(StoredVersion, item);
  return { version, effectiveAt, value: z.parse(catalogKinds[kind], value) as CatalogValue<Kind> };
}

/** Puts a version; one that starts at the same moment is never overwritten. */
export async function putVersion<Kind extends CatalogKind>(
  table: Table,
  kind: Kind,
  { version, effectiveAt, value }: CatalogVersion<Kind>,
): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: partitionOf(kind),
        sk: `FROM#${effectiveAt}`,
        version,
        effectiveAt,
        value: z.parse(catalogKinds[kind], value),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
}

function partitionOf(kind: CatalogKind): string {
  return `CATALOG#${kind}`;
}
