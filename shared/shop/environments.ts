import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

/** Functions that need the prices and rules as well. */
export const ShopEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const ShopLedgerEnvironment = z.object({ LEDGER_TABLE: TableName });
