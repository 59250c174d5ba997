import * as z from 'zod/mini';
import { customPackageId } from '../catalog/custom-amount.ts';
import { AppliedCampaigns } from '../catalog/routes.ts';
import { Channel } from '../catalog/schemas.ts';
import { AppId, Region, UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { Amount, Moment } from '../store/items/common.ts';
import { CheckoutChoice } from '../store/items/recharge.ts';
import { PresentedState } from './presented-state.ts';

const Provider = z.enum(['stripe', 'paypal', 'apple', 'google']);

/** What to buy. The price is not part of it: only the catalogue says what coins cost. */
export const RechargeBody = z
  .strictObject({
    userId: AppId,
    /** `custom` for as many coins as `coins` says. */
    packageId: AppId,
    coins: z.optional(Amount.check(z.minimum(1))),
    channel: Channel,
    provider: Provider,
    checkout: z.optional(CheckoutChoice),
    /** Where the device's app store is, where the app can tell. */
    storefront: z.optional(Region),
  })
  .check(
    z.refine(({ packageId, coins }) => (packageId === customPackageId) === (coins !== undefined), {
      path: ['coins'],
      error: `must be there with the packageId "${customPackageId}", and with no other`,
    }),
  );
export type RechargeBody = z.infer<typeof RechargeBody>;

export const RechargePath = z.strictObject({ rechargeId: UuidV7 });

const order = {
  rechargeId: UuidV7,
  userId: AppId,
  state: PresentedState,
  coins: Amount,
  bonusCoins: Amount,
  price: z.object({ amount: Amount, currency: z.enum(currencies) }),
  campaigns: AppliedCampaigns,
  listPrice: z.optional(z.object({ amount: Amount, currency: z.enum(currencies) })),
  /** Until then the buyer is asked to pay; a payment that succeeds later is credited as quoted all the same. */
  expiresAt: Moment,
  paidAt: z.optional(Moment),
  /** The provider's code of the last attempt to pay that it declined. */
  failure: z.optional(z.string()),
  takenBack: z.optional(
    z.object({
      coins: Amount,
      bonusCoins: Amount,
      owedCoins: Amount,
      frozenCoins: Amount,
      refunded: z.object({ amount: Amount, currency: z.enum(currencies) }),
    }),
  ),
};

/**
 * `clientSecret` lets the buyer's device pay, or `url` is the page where the buyer pays; they are there as long as the order
 * can be paid. A Checkout Session has no PaymentIntent before somebody pays.
 */
const StripeCheckout = z.object({
  provider: z.literal('stripe'),
  paymentIntentId: z.optional(z.string()),
  clientSecret: z.optional(z.string()),
  sessionId: z.optional(z.string()),
  url: z.optional(z.url()),
});

/** The app buys `productId` with this token on the device, and sends the signed transaction here. */
const AppleCheckout = z.object({
  provider: z.literal('apple'),
  productId: z.string(),
  appAccountToken: UuidV7,
  transactionId: z.optional(z.string()),
});

/** The buyer agrees to pay at `approveUrl`, or in PayPal's own buttons by `orderId`; it is there as long as that is due. */
const PayPalCheckout = z.object({
  provider: z.literal('paypal'),
  orderId: z.string(),
  approveUrl: z.optional(z.url()),
});

/** The app buys `productId` with this account id on the device, and sends the purchase's token here. */
const GoogleCheckout = z.object({
  provider: z.literal('google'),
  productId: z.string(),
  obfuscatedAccountId: UuidV7,
  orderId: z.optional(z.string()),
});

/** How the buyer pays, by provider. What lets somebody pay is only in the answer to the request that opened it. */
export const Checkout = z.discriminatedUnion('provider', [
  StripeCheckout,
  PayPalCheckout,
  AppleCheckout,
  GoogleCheckout,
]);
export type Checkout = z.infer<typeof Checkout>;

export const RechargeAnswer = z.object({ ...order, checkout: z.optional(Checkout) });
export type RechargeAnswer = z.infer<typeof RechargeAnswer>;

/** StoreKit's `jwsRepresentation` of a transaction, a few kilobytes. */
export const AppleTransactionBody = z.strictObject({
  signedTransaction: z.string().check(z.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/), z.maxLength(32_768)),
});

/** The `purchaseToken` of Google Play's billing library, some 150 characters; all else is asked of Google. */
export const GooglePurchaseBody = z.strictObject({
  purchaseToken: z.string().check(z.regex(/^[\w.:~-]{1,1500}$/)),
});

export const WebhookAnswer = z.object({ received: z.literal(true) });
