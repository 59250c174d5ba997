import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

/** Functions that count, or count again. */
export const ScoresEnvironment = z.object({ LEDGER_TABLE: TableName, BOARDS_TABLE: TableName });
export const GetLeaderboardEnvironment = z.object({
  LEDGER_TABLE: TableName,
  BOARDS_TABLE: TableName,
  CATALOG_TABLE: TableName,
});
export const SetVisibilityEnvironment = z.object({ LEDGER_TABLE: TableName });
