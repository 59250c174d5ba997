import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const GetLevelEnvironment = z.object({
  LEDGER_TABLE: TableName,
  BOARDS_TABLE: TableName,
  CATALOG_TABLE: TableName,
});
