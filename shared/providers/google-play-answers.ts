import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

/** One purchase of a one-time product, as Google answers for it. */
export type GooglePurchase = {
  purchaseToken: string;
  /** Google's order id, or the token's hash for a purchase without an order. */
  paymentId: string;
  /** Absent on a purchase that nobody paid for, with a promotion's code for example. */
  orderId?: string;
  productId: string;
  quantity: number;
  /** Of the quantity, what was not refunded. */
  refundableQuantity: number;
  state: 'purchased' | 'pending' | 'canceled';
  isConsumed: boolean;
  /** Bought by a license tester: no money moved. */
  isTest: boolean;
  /** What the app gave as the obfuscated account id. */
  accountId?: string;
  /** Where the buyer was billed, ISO 3166-1 alpha-2. */
  region?: string;
};

/** One entry of the list of voided purchases; without a quantity, all that was left of the order went back. */
export type VoidedPurchase = {
  paymentId: string;
  purchaseToken: string;
  /** RFC 3339, UTC, milliseconds. */
  voidedAt: string;
  voidedQuantity?: number;
};

/** Reads an answer; one of another shape is as good as none. */
export function parseAnswer<Schema extends z.ZodMiniType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, answer);
  if (parsed.success) return parsed.data;
  throw new ProviderOutcomeUnknown("Google Play's answer could not be read", { cause: parsed.error });
}

const Quantity = z.int().check(z.minimum(0), z.maximum(1_000));

/** https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.productsv2 */
export const ProductPurchase = z.object({
  orderId: z.optional(z.string().check(z.minLength(1))),
  obfuscatedExternalAccountId: z.optional(z.string()),
  purchaseStateContext: z.object({ purchaseState: z.enum(['PURCHASED', 'CANCELLED', 'PENDING']) }),
  testPurchaseContext: z.optional(z.unknown()),
  regionCode: z.optional(z.string()),
  productLineItem: z.array(
    z.object({
      productId: z.string(),
      productOfferDetails: z.optional(
        z.object({
          quantity: z._default(Quantity, 1),
          refundableQuantity: z.optional(Quantity),
          consumptionState: z.optional(z.string()),
        }),
      ),
    }),
  ),
});

const states = { PURCHASED: 'purchased', CANCELLED: 'canceled', PENDING: 'pending' } as const;

export function purchaseOf(purchaseToken: string, answer: z.infer<typeof ProductPurchase>): GooglePurchase {
  const { orderId, obfuscatedExternalAccountId: accountId, testPurchaseContext, regionCode: region } = answer;
  const [item, another] = answer.productLineItem;
  // Several products in one purchase come of add-ons, which are subscriptions.
  if (!item || another) throw new ProviderOutcomeUnknown('Google Play shows a purchase that is not of one product');
  const state = states[answer.purchaseStateContext.purchaseState];
  const { quantity = 1, refundableQuantity, consumptionState } = item.productOfferDetails ?? {};
  return {
    purchaseToken,
    paymentId: orderId ?? paymentIdOfToken(purchaseToken),
    productId: item.productId,
    quantity,
    refundableQuantity: state === 'canceled' ? 0 : (refundableQuantity ?? quantity),
    state,
    isConsumed: consumptionState === 'CONSUMPTION_STATE_CONSUMED',
    isTest: testPurchaseContext !== undefined,
    ...(orderId !== undefined && { orderId }),
    ...(accountId !== undefined && { accountId }),
    ...(region !== undefined && { region }),
  };
}

function paymentIdOfToken(purchaseToken: string): string {
  return `token-${hashOfToken(purchaseToken)}`;
}

/** Names a purchase by its token, which may be longer than a key can be. */
export function hashOfToken(purchaseToken: string): string {
  return createHash('sha256').update(purchaseToken).digest('hex');
}

/** https://developers.google.com/android-publisher/api-ref/rest/v3/orders; amounts of 0 are left out. */
export const Order = z.object({
  total: z.object({
    currencyCode: z.string().check(z.regex(/^[A-Z]{3}$/)),
    units: z._default(z.string().check(z.regex(/^\d{1,12}$/)), '0'),
    nanos: z._default(z.int().check(z.minimum(0), z.maximum(999_999_999)), 0),
  }),
});

/** https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.voidedpurchases */
export const VoidedList = z.object({
  voidedPurchases: z.optional(
    z.array(
      z.object({
        orderId: z.optional(z.string()),
        purchaseToken: z.string(),
        voidedTimeMillis: z.string().check(z.regex(/^\d{1,15}$/)),
        voidedQuantity: z.optional(Quantity),
      }),
    ),
  ),
  tokenPagination: z.optional(z.object({ nextPageToken: z.optional(z.string()) })),
});

type ListedVoid = NonNullable<z.infer<typeof VoidedList>['voidedPurchases']>[number];

export function voidedOf({ orderId, purchaseToken, voidedTimeMillis, voidedQuantity }: ListedVoid): VoidedPurchase {
  return {
    paymentId: orderId ?? paymentIdOfToken(purchaseToken),
    purchaseToken,
    voidedAt: new Date(Number(voidedTimeMillis)).toISOString(),
    ...(voidedQuantity !== undefined && { voidedQuantity }),
  };
}
