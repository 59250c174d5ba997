import * as z from 'zod/mini';
import { TableName, Url } from '../environment.ts';

export const StartPayoutRunEnvironment = z.object({ LEDGER_TABLE: TableName, PAYOUT_RUNS_QUEUE_URL: Url });
export const ReadPayoutRunEnvironment = z.object({ LEDGER_TABLE: TableName });
export const StopPayoutRunEnvironment = z.object({ LEDGER_TABLE: TableName });
export const WorkPayoutRunEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  PAYOUTS_QUEUE_URL: Url,
  PAYOUT_RUNS_QUEUE_URL: Url,
});
export const SweepPayoutRunsEnvironment = z.object({
  LEDGER_TABLE: TableName,
  PAYOUT_RUNS_QUEUE_URL: Url,
  REPORTS_BUCKET: z.string().check(z.minLength(3)),
});
