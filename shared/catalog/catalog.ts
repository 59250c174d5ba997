import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Item, Table } from '../store/table.ts';
import { firstCampaigns } from './campaign-schema.ts';
import { firstVersion, seededFrom, versionKey, versionsEnd } from './catalog-keys.ts';
import { firstLevels } from './levels-schema.ts';
import { firstAds, firstChallenges } from './reward-schema.ts';
import { type CatalogKind, type CatalogValue, type CatalogVersion, catalogKinds } from './schemas.ts';
import { shopDefaults } from './shop-defaults.ts';
import { spendingDefaults } from './spending-rules.ts';
import { firstSwitches } from './switches.ts';

const StoredVersion = z.object({ version: z.string(), effectiveAt: z.string(), value: z.unknown() });

/**
 * How long a function instance may go on with what it has read: until then it does not see a version that was published
 * meanwhile. None may therefore be published that takes effect sooner.
 */
export const cacheSeconds = 30;

export type Catalog = {
  /** The version of a kind of configuration that is in force at `now`. */
  current<Kind extends CatalogKind>(kind: Kind, now: Date): Promise<CatalogVersion<Kind>>;
};

/** A version, and until when an instance may take it for the one in force. */
type Known<Kind extends CatalogKind> = { version: CatalogVersion<Kind>; until: number };

/**
 * Reads the `Catalog` table through a short cache that ends with the version it holds, so that the next one is in force at
 * its second in every instance. Many callers at once share one read.
 */
export function openCatalog(table: Table): Catalog {
  const cache = new Map<CatalogKind, Promise<Known<CatalogKind>>>();
  return {
    async current<Kind extends CatalogKind>(kind: Kind, now: Date) {
      for (;;) {
        const reading = cache.get(kind);
        const known = await reading;
        if (known && now.getTime() < known.until) return known.version as CatalogVersion<Kind>;
        // Another caller may have begun to read while this one looked at what was known.
        if (cache.get(kind) !== reading) continue;
        const begun: Promise<Known<CatalogKind>> = readCurrent(table, kind, now);
        cache.set(kind, begun);
        begun.catch(() => cache.get(kind) === begun && cache.delete(kind));
      }
    },
  };
}

async function readCurrent<Kind extends CatalogKind>(table: Table, kind: Kind, now: Date): Promise<Known<Kind>> {
  const [item, next] = await Promise.all([
    firstOf(table, { kind, condition: 'sk <= :now', now, latest: true }),
    firstOf(table, { kind, condition: 'sk BETWEEN :later AND :end', now, latest: false }),
  ]);
  const end = now.getTime() + cacheSeconds * 1000;
  const until = next ? Math.min(end, Date.parse(z.parse(StoredStart, next).effectiveAt)) : end;
  return { version: item ? parseVersion(kind, item) : beforeTheFirst(kind), until };
}

const StoredStart = z.pick(StoredVersion, { effectiveAt: true });

type Wanted = { kind: CatalogKind; condition: string; now: Date; latest: boolean };

/** The version at one end of those that meet the condition. */
async function firstOf(table: Table, { kind, condition, now, latest }: Wanted): Promise<Item | undefined> {
  const { pk, sk } = versionKey(kind, now.toISOString());
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: `pk = :kind AND ${condition}`,
      ExpressionAttributeValues: {
        ':kind': pk,
        ...(latest ? { ':now': sk } : { ':later': `${sk}~`, ':end': versionsEnd }),
      },
      ...(!latest && { ProjectionExpression: 'effectiveAt' }),
      ScanIndexForward: !latest,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  return Items?.[0];
}

/** The kinds that came later than the first deployments, as they are until they are seeded. */
const laterKinds: Partial<{ [Kind in CatalogKind]: CatalogValue<Kind> }> = {
  switches: firstSwitches,
  spending: spendingDefaults,
  shop: shopDefaults,
  campaigns: firstCampaigns,
  challenges: firstChallenges,
  ads: firstAds,
  levels: firstLevels,
};

/**
 * A kind that came later than the deployment is seeded by the next one, a moment after its functions; until then its default
 * holds, so that nothing stops.
 */
function beforeTheFirst<Kind extends CatalogKind>(kind: Kind): CatalogVersion<Kind> {
  const value = laterKinds[kind];
  if (value === undefined)
    throw new Error(`The catalogue has no ${kind} in force: seed it (a deployment does) or publish a version.`);
  return { version: firstVersion, effectiveAt: seededFrom, value: value as CatalogValue<Kind> };
}

/** All versions of a kind that have come into force by `now`, the oldest first. */
export async function readVersions<Kind extends CatalogKind>(
  table: Table,
  kind: Kind,
  now: Date,
): Promise<CatalogVersion<Kind>[]> {
  const { pk, sk } = versionKey(kind, now.toISOString());
  const versions: CatalogVersion<Kind>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :kind AND sk <= :now',
        ExpressionAttributeValues: { ':kind': pk, ':now': sk },
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    versions.push(...Items.map((item) => parseVersion(kind, item)));
    from = LastEvaluatedKey;
  } while (from);
  return versions;
}

/** What is stored may be older than the schema, which then fills in what was not there yet. */
export function parseVersion<Kind extends CatalogKind>(kind: Kind, item: Item): CatalogVersion<Kind> {
  const { version, effectiveAt, value } = z.parse(StoredVersion, item);
  return { version, effectiveAt, value: z.parse(catalogKinds[kind], value) as CatalogValue<Kind> };
}

/** Puts a version without any of the checks of a proposal; one that starts at the same moment is never overwritten. */
export async function putVersion<Kind extends CatalogKind>(
  table: Table,
  kind: Kind,
  { version, effectiveAt, value }: CatalogVersion<Kind>,
): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        ...versionKey(kind, effectiveAt),
        version,
        effectiveAt,
        value: z.parse(catalogKinds[kind], value),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
}
