import * as z from 'zod/mini';
import { TableName, Url } from '../environment.ts';

/** Purchases are real in `Production` and nowhere else. */
const AppleEnvironment = z.enum(['Production', 'Sandbox']);
const appleTrust = { APPLE_SECRET_ID: z.string(), APPLE_ENVIRONMENT: AppleEnvironment };
const google = {
  GOOGLE_SECRET_ID: z.string(),
  GOOGLE_PLAY_API_URL: Url,
  GOOGLE_TOKEN_URL: Url,
  /** What a license tester buys brings coins only where coins are no money. */
  GOOGLE_TEST_PURCHASES: z.enum(['credited', 'parked']),
};
const stripe = { STRIPE_SECRET_ID: z.string(), STRIPE_API_URL: Url };
const paypal = { PAYPAL_SECRET_ID: z.string(), PAYPAL_API_URL: Url };

export const CreateRechargeEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  ...stripe,
  ...paypal,
});
export const WithdrawRechargeEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  ...stripe,
  ...paypal,
});
export const GetRechargeEnvironment = z.object({ LEDGER_TABLE: TableName });
export const ReceiveStripeEventEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName, ...stripe });
export const SweepRechargesEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  ...stripe,
  ...paypal,
});
export const ReceiveAppleTransactionEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  ...appleTrust,
});
export const ReceiveAppleEventEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  APPLE_API_URL: Url,
  ...appleTrust,
});
const GoogleEnvironment = z.object({ LEDGER_TABLE: TableName, CATALOG_TABLE: TableName, ...google });
export const ReceiveGooglePurchaseEnvironment = GoogleEnvironment;
export const SweepGooglePurchasesEnvironment = GoogleEnvironment;
export const ListGoogleVoidsEnvironment = GoogleEnvironment;
export const ReceiveGoogleEventEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  GOOGLE_CERTS_URL: Url,
  GOOGLE_PUSH_AUDIENCE: z.string(),
  ...google,
});
