import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const CloseAccountEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const EraseUserEnvironment = z.object({ LEDGER_TABLE: TableName });
export const ExportUserEnvironment = z.object({ LEDGER_TABLE: TableName, BOARDS_TABLE: TableName });
export const SweepErasuresEnvironment = z.object({ LEDGER_TABLE: TableName });
