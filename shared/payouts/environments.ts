import * as z from 'zod/mini';
import { TableName, Url } from '../environment.ts';

const paypal = { PAYPAL_SECRET_ID: z.string(), PAYPAL_API_URL: Url };
const stripeConnect = { STRIPE_CONNECT_SECRET_ID: z.string(), STRIPE_API_URL: Url };

export const PutPayoutProfileEnvironment = z.object({ LEDGER_TABLE: TableName });
export const RequestPayoutEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  PAYOUTS_QUEUE_URL: Url,
});
export const GetPayoutEnvironment = z.object({ LEDGER_TABLE: TableName });
export const ListPayoutsEnvironment = z.object({ LEDGER_TABLE: TableName });
export const SubmitPayoutEnvironment = z.object({ LEDGER_TABLE: TableName, ...paypal, ...stripeConnect });
/** PayPal serves the certificates that sign its webhooks from its API's own origin. */
export const ReceivePayPalEventEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  ...paypal,
});
export const ReceiveStripeConnectEventEnvironment = z.object({ LEDGER_TABLE: TableName, ...stripeConnect });
export const SweepPayoutsEnvironment = z.object({
  LEDGER_TABLE: TableName,
  PAYOUTS_QUEUE_URL: Url,
  ...paypal,
  ...stripeConnect,
});
export const ApprovePayoutEnvironment = z.object({ LEDGER_TABLE: TableName, PAYOUTS_QUEUE_URL: Url });
export const SetPayoutHoldEnvironment = z.object({ LEDGER_TABLE: TableName });
export const GetPayoutHoldEnvironment = z.object({ LEDGER_TABLE: TableName });
