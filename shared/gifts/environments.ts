import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const SendGiftEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const BillGiftEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  GIFT_BILLING_SECRET_ID: z.string(),
});
export const GetGiftEnvironment = z.object({ LEDGER_TABLE: TableName });
export const GetComboEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
