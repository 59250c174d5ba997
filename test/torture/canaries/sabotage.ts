import type { AppleVerifier } from '../../../shared/providers/apple-signed-data.ts';
import type { GooglePlay } from '../../../shared/providers/google-play.ts';
import type { PayPalPayouts } from '../../../shared/providers/paypal-client.ts';
import type { StripePayments } from '../../../shared/providers/stripe.ts';
import type { StripeConnect } from '../../../shared/providers/stripe-connect.ts';
import type { Running } from '../invocation.ts';

export type CommandInput = Record<string, unknown>;

/** One request of a function to DynamoDB, as the SDK's document client has it. */
export type Request = {
  command: string;
  input: CommandInput;
  invocation: Running;
  /** Reads an item beside the request, in calm weather. */
  read: (key: { pk: string; sk: string }) => Promise<CommandInput>;
};

/** What a broken variant of the product does differently; each part is left out where it does nothing. */
export type Sabotage = {
  /** Changes a request before it is sent. */
  request?: (request: Request) => CommandInput;
  /** Answers in the place of DynamoDB; `send` gets the true answer, or its error. */
  answer?: (request: Request, send: () => Promise<CommandInput>) => Promise<CommandInput>;
  /** Changes how PayPal is asked for payments. */
  payPal?: (payouts: PayPalPayouts) => PayPalPayouts;
  /** Changes how Stripe is asked to pay banks; `forgetKeys` makes it forget all idempotency keys. */
  stripeConnect?: (connect: StripeConnect, forgetKeys: () => Promise<unknown>) => StripeConnect;
  /** Changes how Stripe is asked to take payments and to give them back. */
  stripe?: (payments: StripePayments) => StripePayments;
  /** Changes what the App Store is understood to have signed. */
  appleVerifier?: (verifier: AppleVerifier) => AppleVerifier;
  /** Changes how Google Play is asked. */
  google?: (play: GooglePlay) => GooglePlay;
  /** Changes what a queue says it has taken: the positions of the messages it has not. */
  queueAnswer?: (queue: string, failed: number[]) => number[];
  /** Functions that are switched off. */
  off?: readonly string[];
};
