import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

/** All of them read the rates that held when gifts were credited. */
export const StatementsEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
