import * as z from 'zod/mini';
import { WebhookRejected } from './webhook-rejected.ts';

/** What happened to a purchase, by a notification that proves nothing: Google must be asked how the purchase stands. */
export type GoogleNotification = { eventId: string } & (
  | { kind: 'purchased' | 'canceled' | 'voided'; type: string; packageName: string; purchaseToken: string }
  /** A payment that is charged back; `accountId` is what the app gave as the obfuscated account id. */
  | ({ kind: 'refund_review'; type: string; packageName: string } & {
      orderId: string;
      pendingRefundToken: string;
      accountId?: string;
    })
  | { kind: 'test' | 'unhandled'; type: string; packageName: string }
);

/** https://cloud.google.com/pubsub/docs/push#receive_push */
const PushedMessage = z.object({
  message: z.object({ data: z.string(), messageId: z.string().check(z.minLength(1), z.maxLength(200)) }),
});

/** No token of Google's is nearly as long; a longer one is not looked up. */
const PurchaseToken = z.string().check(z.minLength(1), z.maxLength(1_500));

/** https://developer.android.com/google/play/billing/rtdn-reference */
const DeveloperNotification = z.object({
  packageName: z.string(),
  oneTimeProductNotification: z.optional(z.object({ notificationType: z.int(), purchaseToken: PurchaseToken })),
  voidedPurchaseNotification: z.optional(z.object({ purchaseToken: PurchaseToken, productType: z.int() })),
  pendingRefundReviewNotification: z.optional(
    z.object({
      pendingRefundToken: z.string().check(z.minLength(1), z.maxLength(4_096)),
      orderId: z.string().check(z.minLength(1), z.maxLength(200)),
      obfuscatedAccountId: z.optional(z.string().check(z.maxLength(64))),
    }),
  ),
  testNotification: z.optional(z.unknown()),
});

const oneTimeKinds: Readonly<Record<number, 'purchased' | 'canceled'>> = { 1: 'purchased', 2: 'canceled' };

/** The `productType` of one-time products; 1 are subscriptions. */
const oneTimeProduct = 2;

/** Reads what Pub/Sub pushed. Whoever calls has verified its token. @throws WebhookRejected */
export function readGoogleNotification(rawBody: Buffer): GoogleNotification {
  const { message } = parse(PushedMessage, rawBody);
  const news = parse(DeveloperNotification, Buffer.from(message.data, 'base64'));
  const { packageName, oneTimeProductNotification: oneTime, voidedPurchaseNotification: voided } = news;
  const about = { eventId: message.messageId, packageName };
  if (oneTime) {
    const { notificationType, purchaseToken } = oneTime;
    const kind = oneTimeKinds[notificationType];
    const type = `oneTimeProduct.${kind ?? notificationType}`;
    return kind ? { ...about, kind, type, purchaseToken } : { ...about, kind: 'unhandled', type };
  }
  if (voided?.productType === oneTimeProduct)
    return { ...about, kind: 'voided', type: 'voidedPurchase', purchaseToken: voided.purchaseToken };
  const { pendingRefundReviewNotification: review } = news;
  if (review) {
    const { obfuscatedAccountId: accountId, ...pending } = review;
    return {
      ...about,
      kind: 'refund_review',
      type: 'pendingRefundReview',
      ...pending,
      ...(accountId && { accountId }),
    };
  }
  if (news.testNotification !== undefined) return { ...about, kind: 'test', type: 'test' };
  return { ...about, kind: 'unhandled', type: 'other' };
}

function parse<Schema extends z.ZodMiniType>(schema: Schema, bytes: Buffer): z.output<Schema> {
  const parsed = z.safeParse(schema, parseJson(bytes));
  if (parsed.success) return parsed.data;
  throw new WebhookRejected('malformed', 'it is no message of Pub/Sub with a notification of Google Play');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
