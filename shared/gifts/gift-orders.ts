import * as z from 'zod/mini';
import { keyAheadMilliseconds, parseJson } from '../http/parse-request.ts';
import type { WebhookDelivery } from '../http/webhook.ts';
import { UuidV7 } from '../identifiers.ts';
import { idOfName } from '../named-id.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { type Billed, orderExpired } from './bill-gift.ts';
import { presentSent } from './present-gift.ts';
import type { SendGift } from './quote-gift.ts';
import { GiftAnswer, GiftBody } from './schemas.ts';

/** A gift that a live SDK asks about before it shows it. */
export const GiftOrderBody = z.strictObject({
  orderId: z.string().check(z.minLength(1), z.maxLength(128)),
  orderedAt: z.iso.datetime(),
  ...GiftBody.shape,
});

export type GiftOrder = { command: SendGift; orderedAt: Date };

/** The order that stands in a delivery which was believed. */
export function readGiftOrder({ rawBody, now }: WebhookDelivery): GiftOrder | Refusal {
  const body = parseJson(GiftOrderBody, rawBody.toString('utf8'));
  if (isRefusal(body)) return body;
  const { orderId, orderedAt: ordered, ...gift } = body;
  const orderedAt = new Date(ordered);
  if (orderedAt.getTime() > now.getTime() + keyAheadMilliseconds)
    return refuse(
      'malformed_request',
      "The body's orderedAt lies more than one minute in the future: check the clock that makes it.",
    );
  return { command: { ...gift, giftId: giftIdOfOrder(orderId, orderedAt) }, orderedAt };
}

/** The key under which the order is sent, and its gift is found: the order and its time name it for ever. */
function giftIdOfOrder(orderId: string, orderedAt: Date): string {
  return idOfName(`gift order\n${orderId}`, orderedAt);
}

const AllowedGift = z.object({
  allowed: z.literal(true),
  code: z.literal('ok'),
  replayed: z.boolean(),
  ...GiftAnswer.shape,
});

const RefusedGift = z.object({
  allowed: z.literal(false),
  code: z.string(),
  detail: z.string(),
  giftId: UuidV7,
  facts: z.record(z.string(), z.unknown()),
});

export const GiftOrderAnswer = z.discriminatedUnion('allowed', [AllowedGift, RefusedGift]);

export function presentBilled(
  { command: { giftId } }: GiftOrder,
  billed: Billed,
  now: Date,
): z.infer<typeof GiftOrderAnswer> {
  if (isRefusal(billed)) return z.parse(RefusedGift, { allowed: false, giftId, ...billed });
  if (billed === orderExpired) {
    const detail = 'The order is too old, and was not carried out: nothing was debited.';
    return { allowed: false, code: orderExpired, detail, giftId, facts: {} };
  }
  const { replayed } = billed;
  return z.parse(AllowedGift, { allowed: true, code: 'ok', replayed, ...presentSent(billed, now) });
}
