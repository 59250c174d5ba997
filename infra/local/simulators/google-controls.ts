import * as z from 'zod/mini';
import { control, ok } from './control.ts';
import type { GoogleBooks, SimulatedPurchase } from './google-books.ts';
import type { GoogleIdentity } from './google-identity.ts';
import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';

const quantity = z.int().check(z.minimum(1), z.maximum(100));
const money = z.strictObject({
  currencyCode: z.string().check(z.regex(/^[A-Z]{3}$/)),
  units: z.string().check(z.regex(/^\d+$/)),
  nanos: z._default(z.int().check(z.minimum(0), z.maximum(999_999_999)), 0),
});

/** `webhook: false` sends no notification. */
const announced = { webhook: z._default(z.boolean(), true) };

const bought = z.strictObject({
  productId: z.optional(z.string()),
  obfuscatedAccountId: z.optional(z.string().check(z.maxLength(64))),
  quantity: z.optional(quantity),
  total: z.optional(money),
  regionCode: z.optional(z.string()),
  pending: z.optional(z.boolean()),
  test: z.optional(z.boolean()),
  free: z.optional(z.boolean()),
  ...announced,
});

const pushClaims = z.strictObject({
  audience: z.optional(z.string()),
  email: z.optional(z.string()),
  emailVerified: z.optional(z.boolean()),
  issuer: z.optional(z.string()),
  issuedSecondsAgo: z.optional(z.int()),
  forged: z.optional(z.boolean()),
});

export type GoogleControlParts = {
  books: GoogleBooks;
  identity: GoogleIdentity;
  notify: (type: string, notification: object) => void;
  settings: { pageSize: number };
};

const purchased = 1;
const canceled = 2;

/** The `refundReason` of a review: the buyer's bank wants the money back. */
const chargedBack = 7;

/**
 * The buyer's side, and that of the operator in the Play Console:
 * - `POST /_control/purchases` `{productId?, obfuscatedAccountId?, quantity?, total?, regionCode?, pending?, test?, free?,
 *   webhook?}` buys;
 * - `POST /_control/purchases/:token/complete` and `/cancel` `{webhook?}` decide a pending purchase;
 * - `POST /_control/purchases/:token/refund` `{quantity?, webhook?}` gives back some, or all that is left;
 * - `POST /_control/purchases/:token/charge_back` `{webhook?}` lets the buyer go to the bank, so that Google asks for a review;
 *   `GET /_control/reviews` lists those, with what was answered first;
 * - `POST /_control/purchases/:token/forget` lets Google forget the token;
 * - `GET /_control/purchases` lists all, with how often each was consumed;
 * - `POST /_control/voided` `{pageSize}` makes the pages of the list of voided purchases smaller;
 * - `POST /_control/push_tokens` `{audience?, email?, emailVerified?, issuer?, issuedSecondsAgo?, forged?}` makes a push
 *   token; `POST /_control/access_tokens/revoke` makes those of the service account worthless;
 * - `POST /_control/test_notification` sends what the Play Console sends as a test.
 */
export function googleControls({ books, identity, notify, settings }: GoogleControlParts): SimulatorRoute[] {
  const path = '/_control/purchases/:token';

  function announce({ purchaseToken, productId: sku }: SimulatedPurchase, notificationType: number): void {
    notify('oneTimeProductNotification', { version: '1.0', notificationType, purchaseToken, sku });
  }

  function decide(move: 'complete' | 'cancel'): SimulatorRoute {
    const [state, type] =
      move === 'complete' ? (['PURCHASED', purchased] as const) : (['CANCELLED', canceled] as const);
    return control('POST', `${path}/${move}`, z.strictObject(announced), ({ webhook }, { params }) => {
      const purchase = books.decide(params.token ?? '', state);
      if (!purchase) return conflict('is not pending');
      if (webhook) announce(purchase, type);
      return ok(purchase);
    });
  }

  return [
    { method: 'GET', path: '/_control/purchases', handle: () => ok({ purchases: books.purchases() }) },
    control('POST', '/_control/purchases', bought, ({ webhook, ...wanted }) => {
      const purchase = books.buy(defined(wanted));
      if (webhook && purchase.state === 'PURCHASED') announce(purchase, purchased);
      return ok(purchase);
    }),
    decide('complete'),
    decide('cancel'),
    control(
      'POST',
      `${path}/refund`,
      z.strictObject({ quantity: z.optional(quantity), ...announced }),
      ({ quantity: wanted, webhook }, { params: { token = '' } }) => {
        const refunded = books.refund(token, wanted);
        if (!refunded) return conflict('has not so much left');
        const { purchase, isWhole } = refunded;
        const { purchaseToken, orderId } = purchase;
        const refundType = isWhole ? 1 : 2;
        if (webhook) notify('voidedPurchaseNotification', { purchaseToken, orderId, productType: 2, refundType });
        return ok(purchase);
      },
    ),
    control('POST', `${path}/charge_back`, z.strictObject(announced), ({ webhook }, { params }) => {
      const review = books.chargeBack(params.token ?? '');
      if (!review) return conflict('was not paid');
      const { accountId: obfuscatedAccountId, ...pending } = review;
      const about = { version: '1.0', ...pending, refundReason: chargedBack, obfuscatedAccountId };
      if (webhook) notify('pendingRefundReviewNotification', about);
      return ok(review);
    }),
    { method: 'GET', path: '/_control/reviews', handle: () => ok({ reviews: books.reviews() }) },
    control('POST', `${path}/forget`, z.strictObject({}), (_body, { params }) => {
      books.forget(params.token ?? '');
      return ok({});
    }),
    control('POST', '/_control/voided', z.strictObject({ pageSize: quantity }), ({ pageSize }) => {
      settings.pageSize = pageSize;
      return ok(settings);
    }),
    control('POST', '/_control/push_tokens', pushClaims, (claims) =>
      ok({ token: identity.pushToken(defined(claims)) }),
    ),
    control('POST', '/_control/access_tokens/revoke', z.strictObject({}), () => {
      identity.revoke();
      return ok({});
    }),
    control('POST', '/_control/test_notification', z.strictObject({}), () => {
      notify('testNotification', { version: '1.0' });
      return ok({});
    }),
  ];
}

function conflict(what: string): SimulatorReply {
  return { status: 409, body: { message: `The purchase is unknown, or it ${what}` } };
}

type Defined<Value> = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };

function defined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<Value>;
}
