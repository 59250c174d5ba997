import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Table } from '../store/table.ts';
import { putVersion } from './catalog.ts';
import { catalogDefaults, relaxedPayoutRules } from './defaults.ts';
import type { PayoutStrictness } from './environments.ts';
import { type CatalogKind, type CatalogValue, catalogKinds } from './schemas.ts';
import { seededFrom } from './spending-rules.ts';

const seededVersion = '1';

/** Puts the first version of each kind of configuration where there is none; says which it put. */
export async function seedCatalog(
  table: Table,
  { payoutRules }: { payoutRules: PayoutStrictness },
): Promise<{ seeded: CatalogKind[] }> {
  const values = payoutRules === 'strict' ? catalogDefaults : { ...catalogDefaults, payouts: relaxedPayoutRules };
  const seeded: CatalogKind[] = [];
  for (const kind of Object.keys(catalogKinds) as CatalogKind[])
    if (await seedKind(table, kind, values[kind])) seeded.push(kind);
  return { seeded };
}

async function seedKind<Kind extends CatalogKind>(
  table: Table,
  kind: Kind,
  value: CatalogValue<Kind>,
): Promise<boolean> {
  try {
    await putVersion(table, kind, { version: seededVersion, effectiveAt: seededFrom, value });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
