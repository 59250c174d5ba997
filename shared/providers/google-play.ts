import * as z from 'zod/mini';
import type { Minor } from '../money/units.ts';
import { type ServiceAccount, signInAs } from './google-auth.ts';
import {
  type GooglePurchase,
  Order,
  ProductPurchase,
  parseAnswer,
  purchaseOf,
  VoidedList,
  type VoidedPurchase,
  voidedOf,
} from './google-play-answers.ts';
import { fromGoogleMoney } from './provider-amounts.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

export type { GooglePurchase, VoidedPurchase };

export type GooglePlayConnection = ServiceAccount & {
  packageName: string;
  /** Origin of the Play Developer API: https://androidpublisher.googleapis.com, or that of a simulator. */
  apiUrl: string;
};

/** What a review of a refund tells of the use of a purchase. */
export type RefundReview = {
  /** What we would have Google do. */
  preference: 'APPROVE' | 'DECLINE' | 'NEUTRAL';
  /** How much of it is gone, in thousandths of a percent: 100,000 for all. */
  consumedMilliPercent: number;
  /** What the app gave as the obfuscated account id. */
  accountId: string;
  /** When something of it was used and what for, 1,000 at most. */
  uses: { at: string; what: string }[];
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
  /** Says what we know about a payment that is charged back; Google counts the first answer to a token, and takes others. */
  reviewRefund(review: RefundReview & { orderId: string; pendingRefundToken: string }): Promise<void>;
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

  type Sent = { params?: Record<string, string>; data?: object };

  async function call(method: 'GET' | 'POST', path: string, { params = {}, data }: Sent = {}): Promise<unknown> {
    const url = new URL(`${application}/${path}`, connection.apiUrl);
    url.search = new URLSearchParams(params).toString();
    const asked = client;
    const ask = (by: typeof client) =>
      by.request<unknown>({ method, url: url.href, responseType: 'json', ...(data && { data }) });
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
        return purchaseOf(purchaseToken, parseAnswer(ProductPurchase, found));
      } catch (error) {
        if (error instanceof GooglePlayRefused && unknownToken.has(error.status)) return undefined;
        throw error;
      }
    },

    async totalOf(orderId) {
      const { total } = parseAnswer(Order, await call('GET', `orders/${encodeURIComponent(orderId)}`));
      const { currencyCode: currency, units, nanos } = total;
      return { minor: fromGoogleMoney({ units: Number(units), nanos, currency }), currency };
    },

    async consume({ productId, purchaseToken }) {
      const product = `purchases/products/${encodeURIComponent(productId)}`;
      await call('POST', `${product}/tokens/${encodeURIComponent(purchaseToken)}:consume`);
    },

    async listVoided({ from, pageToken }) {
      const params = {
        startTime: String(from.getTime()),
        // One-time products only; coins are never sold by subscription.
        type: '0',
        includeQuantityBasedPartialRefund: 'true',
        ...(pageToken !== undefined && { token: pageToken }),
      };
      const page = await call('GET', 'purchases/voidedpurchases', { params });
      const { voidedPurchases = [], tokenPagination } = parseAnswer(VoidedList, page);
      const nextPageToken = tokenPagination?.nextPageToken;
      return { purchases: voidedPurchases.map(voidedOf), ...(nextPageToken && { nextPageToken }) };
    },

    async reviewRefund({ orderId, pendingRefundToken, preference, consumedMilliPercent, accountId, uses }) {
      const data = {
        pendingRefundToken,
        // What coins are for can be seen in the app before any are bought, but none are given to try.
        sampleContentProvided: false,
        refundPreference: preference,
        consumptionPercentageMilliunits: consumedMilliPercent,
        consumptionUsageEvents: uses.map(({ at, what }) => ({
          obfuscatedAccountId: accountId,
          consumptionTime: at,
          consumptionItemDescription: what,
        })),
      };
      await call('POST', `orders/${encodeURIComponent(orderId)}:reviewrefund`, { data });
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
 * Another moment sees another answer. 409 is for what something else changes at the same time
 * (https://developers.google.com/android-publisher/api-ref/rest/v3/applications, error codes).
 */
const undecided = new Set([408, 409, 429]);

/**
 * The library's own errors hold the request, and with it the account's token; only words go on.
 * A token that Google does not give is as good as no answer, unless Google says that the account is not good.
 */
function explain(error: unknown): Error {
  const failure = z.safeParse(Failure, error);
  const status = failure.success ? failure.data.response.status : undefined;
  if (status === undefined || status >= 500 || undecided.has(status))
    return new ProviderOutcomeUnknown(`Google Play gave no answer: ${error instanceof Error ? error.message : ''}`);
  const detail = z.safeParse(GoogleError, failure.data?.response.data);
  // Where the service account gets its tokens, 400 is about the account and not about a purchase.
  const isAboutAccount = String(failure.data?.response.config.url).endsWith('/token');
  return new GooglePlayRefused(isAboutAccount ? 401 : status, detail.data?.error.message ?? 'without a reason');
}

const GoogleError = z.object({ error: z.object({ message: z.string() }) });
