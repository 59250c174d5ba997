import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

/** How much a creator must have shown, and how long a new destination waits, until somebody is paid. */
const PayoutStrictness = z.enum(['strict', 'relaxed']);
export type PayoutStrictness = z.infer<typeof PayoutStrictness>;

/** What operators do with versions, which is nothing to the ledger. */
export const OperateCatalogEnvironment = z.object({ CATALOG_TABLE: TableName });
export const ReadCatalogEnvironment = z.object({ CATALOG_TABLE: TableName });
export const SeedCatalogEnvironment = z.object({ CATALOG_TABLE: TableName, PAYOUT_RULES: PayoutStrictness });
