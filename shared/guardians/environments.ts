import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const AgreeOnGuardianEnvironment = z.object({ LEDGER_TABLE: TableName });
export const SetGuardianRulesEnvironment = z.object({ LEDGER_TABLE: TableName });
export const GetWardWalletEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
export const ListWardEntriesEnvironment = z.object({ LEDGER_TABLE: TableName });
export const ListApprovalsEnvironment = z.object({ LEDGER_TABLE: TableName });
export const DecideApprovalEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName });
