import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const SetWalletStatusEnvironment = z.object({ LEDGER_TABLE: TableName });
export const GrantCoinsEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const ListParkedEventsEnvironment = z.object({ LEDGER_TABLE: TableName });
export const DecideParkedEventEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const GetRefundEvidenceEnvironment = z.object({ LEDGER_TABLE: TableName });
export const AuditLedgerEnvironment = z.object({ LEDGER_TABLE: TableName });
export const GetAuditEnvironment = z.object({ LEDGER_TABLE: TableName });
export const SetTierEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const SetAgeDoubtEnvironment = z.object({ LEDGER_TABLE: TableName });
export const ListRuleChangesEnvironment = z.object({ LEDGER_TABLE: TableName });
