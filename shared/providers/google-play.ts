import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Minor } from '../money/units.ts';
import { type ServiceAccount, signInAs } from './google-auth.ts';
import { fromGoogleMoney } from './provider-amounts.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

export type GooglePlayConnection = ServiceAccount & {
  packageName: string;
  /** Origin of the Play Developer API: https://androidpublisher.googleapis.com, or that of a simulator. */
  apiUrl: string;
};

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

type VoidedPage = { purchases: VoidedPurchase[]; nextPageToken?: string };

/** `currency` is an ISO 4217 code, and not necessarily of a currency that we know. */
type Total = { minor: Minor; currency: string };

/** All calls throw `ProviderOutcomeUnknown` when Google gave no answer, and `GooglePlayRefused` when it says no. */
export type GooglePlay = {
  /** Nothing when Google knows no such token, or forgot it: tokens end some 60 days after their purchase. */
  lookUp(purchaseToken: string): Promise<GooglePurchase | undefined>;
  /** What the buyer paid for an order, taxes included, as it was before anything of it went back. */
  totalOf(orderId: string): Promise<Total>;
  /** Allows the buyer to buy the product again, and tells Google that what was bought was handed over. */
  consume(purchase: Pick<GooglePurchase, 'productId' | 'purchaseToken'>): Promise<void>;
  /** What Google came to see as voided from a moment on, which may lie 30 days back. */
  listVoided(range: { from: Date; pageToken?: string }): Promise<VoidedPage>;
};

/** Google understood a call and refuses it: the credentials, the permission, or the state of the purchase. */
export class GooglePlayRefused extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(`Google Play refused a call (HTTP ${status}): ${detail}`);
    this.name = 'GooglePlayRefused';
    this.status = status;
  }
}

export function createGooglePlay(connection: GooglePlayConnection): GooglePlay {
  let client = signInAs(connection);
  const application = `/androidpublisher/v3/applications/${encodeURIComponent(connection.packageName)}`;

  async function call(method: 'GET' | 'POST', path: string, params: Record<string, string> = {}): Promise<unknown> {
    const url = new URL(`${application}/${path}`, connection.apiUrl);
    url.search = new URLSearchParams(params).toString();
    const asked = client;
    const ask = (by: typeof client) => by.request<unknown>({ method, url: url.href, responseType: 'json' });
    const failed = (error: unknown) => {
      throw explain(error);
    };
    try {
      return (await ask(asked).catch(failed)).data;
    } catch (error) {
      if (!(error instanceof GooglePlayRefused) || error.status !== 401) throw error;
      // The library keeps a token until its time is over, even when Google takes it no longer.
      if (client === asked) client = signInAs(connection);
      return (await ask(client).catch(failed)).data;
    }
  }

  return {
    async lookUp(purchaseToken) {
      try {
        const found = await call('GET', `purchases/productsv2/tokens/${encodeURIComponent(purchaseToken)}`);
        return purchaseOf(purchaseToken, parse(ProductPurchase, found));
      } catch (error) {
        if (error instanceof GooglePlayRefused && unknownToken.has(error.status)) return undefined;
        throw error;
      }
    },

    async totalOf(orderId) {
      const { total } = parse(Order, await call('GET', `orders/${encodeURIComponent(orderId)}`));
      const { currencyCode: currency, units, nanos } = total;
      return { minor: fromGoogleMoney({ units: Number(units), nanos, currency }), currency };
    },

    async consume({ productId, purchaseToken }) {
      const product = `purchases/products/${encodeURIComponent(productId)}`;
      await call('POST', `${product}/tokens/${encodeURIComponent(purchaseToken)}:consume`);
    },

    async listVoided({ from, pageToken }) {
      const page = await call('GET', 'purchases/voidedpurchases', {
        startTime: String(from.getTime()),
        // One-time products only; coins are never sold by subscription.
        type: '0',
        includeQuantityBasedPartialRefund: 'true',
        ...(pageToken !== undefined && { token: pageToken }),
      });
      const { voidedPurchases = [], tokenPagination } = parse(VoidedList, page);
      const nextPageToken = tokenPagination?.nextPageToken;
      return { purchases: voidedPurchases.map(voidedOf), ...(nextPageToken && { nextPageToken }) };
    },
  };
}

/** 400 for what is no token, 404 for one that is unknown, 410 for one that is over. */
const unknownToken = new Set([400, 404, 410]);

/** A failed request of the library, as far as it is read here. */
const Failure = z.object({
  response: z.object({ status: z.int(), config: z.object({ url: z.unknown() }), data: z.optional(z.unknown()) }),
});

/**
 * The library's own errors hold the request, and with it the account's token; only words go on.
 * A token that Google does not give is as good as no answer, unless Google says that the account is not good.
 */
function explain(error: unknown): Error {
  const failure = z.safeParse(Failure, error);
  const status = failure.success ? failure.data.response.status : undefined;
  if (status === undefined || status >= 500 || status === 408 || status === 429)
    return new ProviderOutcomeUnknown(`Google Play gave no answer: ${error instanceof Error ? error.message : ''}`);
  const detail = z.safeParse(GoogleError, failure.data?.response.data);
  // Where the service account gets its tokens, 400 is about the account and not about a purchase.
  const isAboutAccount = String(failure.data?.response.config.url).endsWith('/token');
  return new GooglePlayRefused(isAboutAccount ? 401 : status, detail.data?.error.message ?? 'without a reason');
}

const GoogleError = z.object({ error: z.object({ message: z.string() }) });

function parse<Schema extends z.ZodMiniType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, answer);
  if (parsed.success) return parsed.data;
  throw new ProviderOutcomeUnknown("Google Play's answer could not be read", { cause: parsed.error });
}

const Quantity = z.int().check(z.minimum(0), z.maximum(1_000));

/** https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.productsv2 */
const ProductPurchase = z.object({
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

function purchaseOf(purchaseToken: string, answer: z.infer<typeof ProductPurchase>): GooglePurchase {
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
const Order = z.object({
  total: z.object({
    currencyCode: z.string().check(z.regex(/^[A-Z]{3}$/)),
    units: z._default(z.string().check(z.regex(/^\d{1,12}$/)), '0'),
    nanos: z._default(z.int().check(z.minimum(0), z.maximum(999_999_999)), 0),
  }),
});

/** https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.voidedpurchases */
const VoidedList = z.object({
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

function voidedOf({ orderId, purchaseToken, voidedTimeMillis, voidedQuantity }: ListedVoid): VoidedPurchase {
  return {
    paymentId: orderId ?? paymentIdOfToken(purchaseToken),
    purchaseToken,
    voidedAt: new Date(Number(voidedTimeMillis)).toISOString(),
    ...(voidedQuantity !== undefined && { voidedQuantity }),
  };
}
