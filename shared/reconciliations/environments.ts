import * as z from 'zod/mini';
import { TableName, Url } from '../environment.ts';

const tables = { LEDGER_TABLE: TableName, CATALOG_TABLE: TableName };

export const ReconcileStripeEnvironment = z.object({ ...tables, STRIPE_SECRET_ID: z.string(), STRIPE_API_URL: Url });
export const ReconcilePayPalEnvironment = z.object({ ...tables, PAYPAL_SECRET_ID: z.string(), PAYPAL_API_URL: Url });
export const ReconcileAppleEnvironment = z.object({
  ...tables,
  APPLE_SECRET_ID: z.string(),
  APPLE_API_URL: Url,
  APPLE_ENVIRONMENT: z.enum(['Production', 'Sandbox']),
});
export const ListReconciliationsEnvironment = z.object({ LEDGER_TABLE: TableName });
