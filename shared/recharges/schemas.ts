import * as z from 'zod/mini';
import { Channel } from '../catalog/schemas.ts';
import { AppId, UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { Amount, Moment } from '../store/items/common.ts';
import { RechargeState } from '../store/items/recharge.ts';

const Provider = z.enum(['stripe']);

/** What to buy. The price is not part of it: only the catalogue says what coins cost. */
export const RechargeBody = z.strictObject({ userId: AppId, packageId: AppId, channel: Channel, provider: Provider });
export type RechargeBody = z.infer<typeof RechargeBody>;

export const RechargePath = z.strictObject({ rechargeId: UuidV7 });

const order = {
  rechargeId: UuidV7,
  userId: AppId,
  state: RechargeState,
  coins: Amount,
  bonusCoins: Amount,
  price: z.object({ amount: Amount, currency: z.enum(currencies) }),
  /** Until then the buyer is asked to pay; a payment that succeeds later is credited as quoted all the same. */
  expiresAt: Moment,
  paidAt: z.optional(Moment),
  /** The provider's code of the last attempt to pay that it declined. */
  failure: z.optional(z.string()),
};

const checkout = { provider: Provider, paymentIntentId: z.string() };

export const RechargeAnswer = z.object({ ...order, checkout: z.optional(z.object(checkout)) });
export type RechargeAnswer = z.infer<typeof RechargeAnswer>;

export const CheckoutAnswer = z.object({
  ...order,
  /** `clientSecret` lets the buyer's device pay; it is there as long as the order can be paid. */
  checkout: z.optional(z.object({ ...checkout, clientSecret: z.optional(z.string()) })),
});
export type CheckoutAnswer = z.infer<typeof CheckoutAnswer>;

export const WebhookAnswer = z.object({ received: z.literal(true) });
