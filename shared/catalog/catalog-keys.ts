import type { Key } from '../store/keys.ts';
import type { CatalogKind } from './schemas.ts';

/** The keys of the `Catalog` table: versions by kind and by when they take effect, beside them the head of the kind. */

const versionPrefix = 'FROM#';

/** What every version's sort key comes before. */
export const versionsEnd = `${versionPrefix}~`;

export function versionKey(kind: CatalogKind, effectiveAt: string): Key {
  return { pk: `CATALOG#${kind}`, sk: `${versionPrefix}${effectiveAt}` };
}

export function headKey(kind: CatalogKind): Key {
  return { pk: `CATALOG#${kind}`, sk: 'HEAD' };
}

/** Behind the versions: one that was withdrawn no longer counts, and can still be read. */
export function withdrawnKey(kind: CatalogKind, version: string): Key {
  return { pk: `CATALOG#${kind}`, sk: `${withdrawnPrefix}${version.padStart(8, '0')}` };
}
export const withdrawnPrefix = 'WITHDRAWN#';

/** Proposals are no part of the catalogue, so that whoever may only propose has no way to write a version. */
export function proposalKey(kind: CatalogKind, proposalId: string): Key {
  return { pk: `PROPOSAL#${kind}`, sk: `${proposalPrefix}${proposalId}` };
}
export const proposalPrefix = 'PROPOSAL#';

/** Before every version an operator can publish, so that a later deployment finds the seed there and leaves it. */
export const seededFrom = '2000-01-01T00:00:00.000Z';
export const firstVersion = '1';
