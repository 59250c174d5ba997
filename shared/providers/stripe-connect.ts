import Stripe from 'stripe';
import type * as z from 'zod/mini';
import type { Currency } from '../money/currency.ts';
import type { Minor } from '../money/units.ts';
import { toStripeAmount } from './provider-amounts.ts';
import { answered, connect, readable, type StripeConnection } from './stripe.ts';
import { AvailableBalance, StripeAccount, StripeBankPayout, StripeTransfer } from './stripe-connect-answers.ts';
import { accessDenied, StripeRefused } from './stripe-refused.ts';

/**
 * Money from the platform to connected accounts, and from there to banks: https://docs.stripe.com/connect/manual-payouts.
 * Calls throw `ProviderOutcomeUnknown` when repeating is worth while, and `StripeRefused` when Stripe will not. Every call
 * that moves money has an idempotency key made from the payout; Stripe replays whatever it answered first under a key, also
 * a refusal, and may forget the key after 24 hours, so whoever repeats looks first at what there is.
 */
export type StripeConnect = {
  /** Why an account cannot be paid now, in Stripe's words where it has any; nothing when it can. */
  problemOf(accountId: string): Promise<string | undefined>;
  /** What the platform, or a connected account, has to send, in Stripe's unit of the currency. */
  available(currency: string, accountId?: string): Promise<number>;
  /** The transfers made for a payout, the oldest first: one, or none, unless somebody else makes transfers in its name. */
  transfersFor(payoutId: string): Promise<StripeTransfer[]>;
  /** Nothing when Stripe has no such transfer. */
  transfer(transferId: string): Promise<StripeTransfer | undefined>;
  send(wanted: NewTransfer): Promise<StripeTransfer>;
  /** Takes back what is left of a transfer; `reason` is kept with it. */
  reverse(transfer: StripeTransfer, reason: string): Promise<void>;
  /** The payouts to a bank that were made of a transfer, the oldest first. */
  bankPayoutsOf(transfer: StripeTransfer): Promise<StripeBankPayout[]>;
  payBank(transfer: StripeTransfer): Promise<StripeBankPayout>;
};

type NewTransfer = { payoutId: string; accountId: string; amountMinor: Minor; currency: Currency };

/** The most that Stripe gives in one page. */
const mostPerPage = 100;

export function createStripeConnect(connection: StripeConnection): StripeConnect {
  const stripe = connect(connection);
  return {
    async problemOf(accountId) {
      try {
        return problemIn(await ask(StripeAccount, stripe.accounts.retrieve(accountId)));
      } catch (error) {
        if (error instanceof StripeRefused && error.code !== accessDenied) return error.code;
        throw error;
      }
    },

    async available(currency, accountId) {
      const options = accountId === undefined ? {} : { stripeAccount: accountId };
      const { available } = await ask(AvailableBalance, stripe.balance.retrieve({}, options));
      return available.find((one) => one.currency === currency.toLowerCase())?.amount ?? 0;
    },

    async transfersFor(payoutId) {
      const { data } = await decided(stripe.transfers.list({ transfer_group: payoutId, limit: mostPerPage }));
      return readable(() => data.map((transfer) => StripeTransfer.parse(transfer))).toReversed();
    },

    async transfer(transferId) {
      try {
        return await ask(StripeTransfer, stripe.transfers.retrieve(transferId));
      } catch (error) {
        if (error instanceof StripeRefused && error.code === 'resource_missing') return undefined;
        throw error;
      }
    },

    send({ payoutId, accountId, amountMinor, currency }) {
      const params = {
        amount: toStripeAmount({ amountMinor, currency }),
        currency: currency.toLowerCase(),
        destination: accountId,
        transfer_group: payoutId,
        metadata: { payoutId },
      };
      return ask(StripeTransfer, stripe.transfers.create(params, { idempotencyKey: `payout-${payoutId}-transfer` }));
    },

    async reverse({ id, metadata }, reason) {
      const params = { metadata: { payoutId: metadata.payoutId ?? '', reason } };
      await decided(stripe.transfers.createReversal(id, params, { idempotencyKey: `${id}-reversal` }));
    },

    bankPayoutsOf: (transfer) => listBankPayouts(stripe, transfer),

    payBank({ id, amount, currency, destination, metadata }) {
      const params = { amount, currency, metadata: { payoutId: metadata.payoutId ?? '', transferId: id } };
      const options = { stripeAccount: destination, idempotencyKey: `${id}-bank` };
      return ask(StripeBankPayout, stripe.payouts.create(params, options));
    },
  };
}

/** Stripe cannot look for metadata, so all payouts of the account since the transfer are read. */
async function listBankPayouts(stripe: Stripe, { id, created, destination }: StripeTransfer) {
  const found: StripeBankPayout[] = [];
  for (let after: string | undefined; ; ) {
    const page = {
      created: { gte: created },
      limit: mostPerPage,
      ...(after !== undefined && { starting_after: after }),
    };
    const { data, has_more } = await decided(stripe.payouts.list(page, { stripeAccount: destination }));
    const payouts = readable(() => data.map((payout) => StripeBankPayout.parse(payout)));
    found.push(...payouts.filter(({ metadata }) => metadata.transferId === id));
    after = payouts.at(-1)?.id;
    if (!has_more || after === undefined) return found.toReversed();
  }
}

/**
 * An account that pays out by a schedule of its own would empty itself before its payout is made, and nobody could tell which
 * payout to the bank is which.
 */
function problemIn({ payouts_enabled, capabilities, settings }: z.infer<typeof StripeAccount>): string | undefined {
  if (capabilities.transfers !== 'active') return 'insufficient_capabilities_for_transfer';
  if (!payouts_enabled) return 'payouts_not_allowed';
  return settings.payouts.schedule.interval === 'manual' ? undefined : 'payout_schedule_not_manual';
}

async function ask<Schema extends z.ZodMiniType>(schema: Schema, call: Promise<unknown>): Promise<z.output<Schema>> {
  const answer = await decided(call);
  return readable(() => schema.parse(answer));
}

/** Sets what Stripe refused apart from what is not known. */
async function decided<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await answered(call);
  } catch (error) {
    const { errors } = Stripe;
    const isRefusal =
      error instanceof errors.StripeInvalidRequestError || error instanceof errors.StripePermissionError;
    const isDenied = error instanceof errors.StripeAuthenticationError;
    if (!isRefusal && !isDenied) throw error;
    // A key without access to one account is told so by this code; any other lack of permission is the key's own.
    const isAboutKey = isDenied || (error instanceof errors.StripePermissionError && error.code !== 'account_invalid');
    throw new StripeRefused(isAboutKey ? accessDenied : (error.code ?? 'invalid_request'), { cause: error });
  }
}
