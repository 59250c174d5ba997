import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const CountScoresEnvironment = z.object({
  LEDGER_TABLE: TableName,
  BOARDS_TABLE: TableName,
  CATALOG_TABLE: TableName,
});
export const RebuildLeaderboardEnvironment = z.object({ LEDGER_TABLE: TableName, BOARDS_TABLE: TableName });
export const GetLeaderboardEnvironment = z.object({
  LEDGER_TABLE: TableName,
  BOARDS_TABLE: TableName,
  CATALOG_TABLE: TableName,
});
export const SetVisibilityEnvironment = z.object({ LEDGER_TABLE: TableName });
