import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const money = { amount: z.int().check(z.nonnegative()), currency: z.string().check(z.regex(/^[a-z]{3}$/)) };
const metadata = z.pipe(
  z.optional(z.nullable(z.record(z.string(), z.string()))),
  z.transform((named): Partial<Record<string, string>> => named ?? {}),
);

/** https://docs.stripe.com/api/transfers/object, as far as it is read. */
export const StripeTransfer = z.object({
  id: text,
  ...money,
  amount_reversed: z.int().check(z.nonnegative()),
  created: z.int(),
  destination: text,
  metadata,
  reversed: z.boolean(),
  reversals: z.object({ data: z.array(z.object({ metadata })) }),
});
export type StripeTransfer = z.infer<typeof StripeTransfer>;

/**
 * https://docs.stripe.com/api/payouts/object. A payout is `pending` until the bank gets it, then `in_transit`, and `paid` or
 * `failed` within five business days; some that fail are shown as `paid` first.
 */
export const StripeBankPayout = z.object({
  id: text,
  ...money,
  created: z.int(),
  failure_code: z.optional(z.nullable(z.string())),
  metadata,
  status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']),
});
export type StripeBankPayout = z.infer<typeof StripeBankPayout>;

/** https://docs.stripe.com/api/accounts/object; what says whether an account can be paid. */
export const StripeAccount = z.object({
  id: text,
  payouts_enabled: z.boolean(),
  capabilities: z._default(z.object({ transfers: z.optional(z.string()) }), {}),
  settings: z.object({ payouts: z.object({ schedule: z.object({ interval: z.string() }) }) }),
});

/** https://docs.stripe.com/api/balance/balance_object */
export const AvailableBalance = z.object({ available: z.array(z.object({ amount: z.int(), currency: z.string() })) });
