import * as z from 'zod/mini';
import { TableName, Url, WholeNumber } from '../environment.ts';

export const PutCreatorEnvironment = z.object({ LEDGER_TABLE: TableName });
export const GetEarningsEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const ListCreatorEntriesEnvironment = z.object({ LEDGER_TABLE: TableName });
export const RelayGiftsEnvironment = z.object({ LEDGER_TABLE: TableName, CREDITS_QUEUE_URL: Url });
export const CreditGiftsEnvironment = z.object({
  LEDGER_TABLE: TableName,
  /** Days from the gift until its diamonds can be withdrawn; 0 at once. */
  MATURITY_DAYS: WholeNumber,
});
export const ReverseGiftsEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  /** As for credits, to find the day on which a gift's diamonds mature. */
  MATURITY_DAYS: WholeNumber,
});
export const SweepOutboxesEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CREDITS_QUEUE_URL: Url,
  /** A gift that has waited this long without being credited is sent to the queue again. */
  STALE_AFTER_SECONDS: WholeNumber,
});
