import * as z from 'zod/mini';
import { type Refusal, refuse } from '../refusals.ts';
import { readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { StoredVersion, WithdrawnVersion } from './catalog-items.ts';
import { versionKey, withdrawnKey, withdrawnPrefix } from './catalog-keys.ts';
import { readOutline } from './read-schedule.ts';
import { type CatalogKind, catalogKinds } from './schemas.ts';

type VersionState = 'past' | 'in_force' | 'scheduled' | 'withdrawn';

/** A version with how it came to be, and where it stands. */
export type FoundVersion = (StoredVersion | WithdrawnVersion) & { state: VersionState };

/** All versions of a kind, the one that took effect last first, without their values; then those that were withdrawn. */
export async function listVersions(catalog: Table, kind: CatalogKind, now: Date): Promise<FoundVersion[]> {
  return sortOut(await readOutline(catalog, kind), now);
}

/** One version with its value, whatever became of it. */
export async function findVersion(
  catalog: Table,
  { kind, version, now }: { kind: CatalogKind; version: string; now: Date },
): Promise<FoundVersion | Refusal> {
  const versions = await listVersions(catalog, kind, now);
  const found = versions.find((candidate) => candidate.version === version);
  if (!found) return versionNotFound(kind, version);
  const isWithdrawn = found.state === 'withdrawn';
  const item = await readItem(catalog, isWithdrawn ? withdrawnKey(kind, version) : versionKey(kind, found.effectiveAt));
  if (!item) return versionNotFound(kind, version);
  return { ...found, value: z.parse(catalogKinds[kind], item.value) };
}

function versionNotFound(kind: CatalogKind, version: string): Refusal {
  return refuse('catalog_version_not_found', `There is no version ${version} of ${kind}.`, { kind, version });
}

function sortOut(items: Item[], now: Date): FoundVersion[] {
  const versions = items.filter(({ version }) => version !== undefined);
  const isWithdrawn = ({ sk }: Item) => String(sk).startsWith(withdrawnPrefix);
  const standing = versions
    .filter((item) => !isWithdrawn(item))
    .map((item) => z.parse(StoredVersion, item))
    .toSorted((one, other) => (one.effectiveAt < other.effectiveAt ? 1 : -1));
  const inForce = standing.find(({ effectiveAt }) => effectiveAt <= now.toISOString());
  const stateOf = (version: StoredVersion): VersionState => {
    if (version === inForce) return 'in_force';
    return version.effectiveAt > now.toISOString() ? 'scheduled' : 'past';
  };
  const withdrawn = versions.filter(isWithdrawn).map((item) => z.parse(WithdrawnVersion, item));
  return [
    ...standing.map((version) => ({ ...version, state: stateOf(version) })),
    ...withdrawn.toReversed().map((version) => ({ ...version, state: 'withdrawn' as const })),
  ];
}
