import * as z from 'zod/mini';
import { TableName, Url } from '../environment.ts';

export const RewardsEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });

export const ReceiveAdRewardEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  AD_SIGNING_SECRET_ID: z.string(),
});

export const ReceiveAdMobRewardEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  ADMOB_KEYS_URL: Url,
});
