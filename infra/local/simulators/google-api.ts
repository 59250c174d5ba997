import * as z from 'zod/mini';
import { parseJson } from './control.ts';
import type { GoogleBooks, SimulatedPurchase } from './google-books.ts';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';

export type GoogleApiOptions = {
  packageName: string;
  books: GoogleBooks;
  refuseStranger: (request: SimulatorRequest) => SimulatorReply | undefined;
  /** How many voided purchases a page of their list holds. */
  pageSize: () => number;
};

/** https://developers.google.com/android-publisher/api-ref/rest/v3/orders/reviewrefund */
const refundReview = z.strictObject({
  pendingRefundToken: z.string().check(z.minLength(1)),
  sampleContentProvided: z.boolean(),
  refundPreference: z.enum(['APPROVE', 'DECLINE', 'NEUTRAL']),
  consumptionPercentageMilliunits: z.optional(z.int().check(z.minimum(0), z.maximum(100_000))),
  consumptionUsageEvents: z.optional(
    z
      .array(
        z.strictObject({
          obfuscatedAccountId: z.optional(z.string()),
          obfuscatedProfileId: z.optional(z.string()),
          consumptionTime: z.optional(z.iso.datetime()),
          ipAddress: z.optional(z.string()),
          consumptionItemDescription: z.optional(z.string().check(z.maxLength(5_000))),
        }),
      )
      .check(z.maxLength(1_000)),
  ),
});

const listReachMs = 30 * 24 * 3_600_000;

/** The Play Developer API, as much of it as one-time products need. */
export function googleApi({ packageName, books, refuseStranger, pageSize }: GoogleApiOptions): SimulatorRoute[] {
  function route(
    method: 'GET' | 'POST',
    path: string,
    handle: (request: SimulatorRequest) => SimulatorReply,
  ): SimulatorRoute {
    return {
      method,
      path: `/androidpublisher/v3/applications/:packageName/${path}`,
      handle(request) {
        const refused = refuseStranger(request);
        if (refused) return refused;
        if (request.params.packageName !== packageName)
          return googleError(404, 'applicationNotFound', 'No application was found for the given package name.');
        return handle(request);
      },
    };
  }

  function ofProduct(productId: string, token: string): SimulatedPurchase | SimulatorReply {
    const purchase = books.purchase(token);
    if (!purchase) return unknownToken();
    if (purchase.productId === productId) return purchase;
    return googleError(400, 'purchaseTokenDoesNotMatchProductId', 'The purchase token does not match the product ID.');
  }

  return [
    route('GET', 'purchases/productsv2/tokens/:token', ({ params }) => {
      const purchase = books.purchase(decodeURIComponent(params.token ?? ''));
      return purchase ? { status: 200, body: purchaseShape(purchase) } : unknownToken();
    }),
    route('POST', 'purchases/products/:productId/tokens/:call', ({ params }) => {
      const [token = '', verb] = decodeURIComponent(params.call ?? '').split(':');
      if (verb !== 'consume') return googleError(404, 'notFound', `There is no ${verb} of a purchase here.`);
      const purchase = ofProduct(decodeURIComponent(params.productId ?? ''), token);
      if ('status' in purchase || 'unanswered' in purchase) return purchase;
      if (books.consume(purchase.purchaseToken)) return { status: 204, body: '' };
      return googleError(
        400,
        'invalidPurchaseState',
        'The purchase is not in a valid state to perform the desired operation.',
      );
    }),
    route('GET', 'orders/:orderId', ({ params }) => {
      const purchase = books.order(decodeURIComponent(params.orderId ?? ''));
      return purchase
        ? { status: 200, body: orderShape(purchase) }
        : googleError(404, 'orderNotFound', 'Order not found.');
    }),
    route('POST', 'orders/:call', ({ params, body }) => {
      const [orderId = '', verb] = decodeURIComponent(params.call ?? '').split(':');
      if (verb !== 'reviewrefund') return googleError(404, 'notFound', `There is no ${verb} of an order here.`);
      const review = refundReview.safeParse(parseJson(body));
      if (!review.success) return googleError(400, 'invalidArgument', 'The review of the refund cannot be read.');
      return books.review(orderId, review.data)
        ? { status: 200, body: {} }
        : googleError(400, 'invalidPendingRefundToken', 'No refund of this order is pending under the token.');
    }),
    route('GET', 'purchases/voidedpurchases', ({ query }) => {
      const startTime = Number(query.get('startTime') ?? Date.now() - listReachMs);
      if (startTime < Date.now() - listReachMs)
        return googleError(400, 'invalidStartTime', 'The start time cannot be older than 30 days.');
      const withPartial = query.get('includeQuantityBasedPartialRefund') === 'true';
      const wanted = books
        .voids()
        .filter(({ voidedTimeMillis }) => Number(voidedTimeMillis) >= startTime)
        .filter(({ voidedQuantity }) => withPartial || voidedQuantity === undefined);
      const from = Number(query.get('token') ?? 0);
      const page = wanted.slice(from, from + pageSize());
      const next = from + page.length;
      return {
        status: 200,
        body: {
          ...(page.length > 0 && {
            voidedPurchases: page.map((voided) => ({ kind: 'androidpublisher#voidedPurchase', ...voided })),
          }),
          ...(next < wanted.length && { tokenPagination: { nextPageToken: String(next) } }),
        },
      };
    }),
  ];
}

function purchaseShape(purchase: SimulatedPurchase): object {
  const { orderId, accountId, state, productId, quantity, refundedQuantity, consumptions, isTest, regionCode } =
    purchase;
  return {
    kind: 'androidpublisher#productPurchaseV2',
    productLineItem: [
      {
        productId,
        productOfferDetails: {
          quantity,
          refundableQuantity: quantity - refundedQuantity,
          consumptionState: consumptions > 0 ? 'CONSUMPTION_STATE_CONSUMED' : 'CONSUMPTION_STATE_YET_TO_BE_CONSUMED',
        },
      },
    ],
    purchaseStateContext: { purchaseState: state },
    ...(isTest && { testPurchaseContext: { fopType: 'TEST' } }),
    ...(orderId !== undefined && { orderId }),
    ...(accountId !== undefined && { obfuscatedExternalAccountId: accountId }),
    regionCode,
    acknowledgementState: consumptions > 0 ? 'ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED' : 'ACKNOWLEDGEMENT_STATE_PENDING',
  };
}

function orderShape({ orderId, purchaseToken, productId, total, quantity, state }: SimulatedPurchase): object {
  return {
    orderId,
    purchaseToken,
    state: state === 'CANCELLED' ? 'CANCELED' : state === 'PENDING' ? 'PENDING' : 'PROCESSED',
    total,
    lineItems: [{ productId, total, oneTimePurchaseDetails: { quantity } }],
  };
}

function unknownToken(): SimulatorReply {
  return googleError(404, 'purchaseTokenNotFound', 'The purchase token was not found.');
}

export function googleError(code: number, reason: string, message: string): SimulatorReply {
  return {
    status: code,
    body: { error: { code, message, errors: [{ message, domain: 'androidpublisher', reason }] } },
  };
}
