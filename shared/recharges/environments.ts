import * as z from 'zod/mini';
import { TableName, Url } from '../environment.ts';

const stripe = { STRIPE_SECRET_ID: z.string(), STRIPE_API_URL: Url };

export const CreateRechargeEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName, ...stripe });
export const GetRechargeEnvironment = z.object({ LEDGER_TABLE: TableName });
export const ReceiveStripeEventEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName, ...stripe });
export const SweepRechargesEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName, ...stripe });
