import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const PutUserEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const GetWalletEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const ListWalletEntriesEnvironment = z.object({ LEDGER_TABLE: TableName });
export const SetLimitsEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const TakeBreakEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const ReportAgeDoubtEnvironment = z.object({ LEDGER_TABLE: TableName });
export const ExpireLotsEnvironment = z.object({ LEDGER_TABLE: TableName });
