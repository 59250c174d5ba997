import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

/** What one user would pay for a package depends on what that user has bought. */
export const ListPackagesEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const ListCampaignsEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
