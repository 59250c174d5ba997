import { isCurrency } from '../money/currency.ts';
import { fromStripeAmount, toStripeAmount } from '../providers/provider-amounts.ts';
import type { StripeConnect } from '../providers/stripe-connect.ts';
import type { StripeBankPayout, StripeTransfer } from '../providers/stripe-connect-answers.ts';
import { accessDenied, StripeRefused } from '../providers/stripe-refused.ts';
import type { PayoutNews } from './payout-news.ts';
import type { PayoutProvider, PayoutToSend } from './payout-provider.ts';

/** Transfers are found by their group for ever, so that no repetition is ever too late. */
const sentAgainForDays = 365;

/** What keeps a transfer from being made and is about the platform: an operator can mend it. */
const mendable = new Set([accessDenied, 'balance_insufficient', 'insufficient_funds']);

/**
 * Pays banks: a transfer from the platform to the creator's connected account, and a payout of the same amount from there to
 * the bank. Both are one payment here, and the transfer is its id: money is gone while there is a transfer, and it is back only
 * when the transfer is reversed. A payout that the bank does not take is therefore followed by the reversal, and told as news
 * after it.
 */
export function stripePayoutProvider(stripe: StripeConnect): PayoutProvider {
  async function find(transferId: string): Promise<PayoutNews | undefined> {
    const transfer = await stripe.transfer(transferId);
    return transfer && bringOn(stripe, transfer);
  }

  return {
    mostAtOnce: 1,
    sentAgainForDays,

    async send({ payouts }) {
      const [payout, ...others] = payouts;
      if (!payout || others.length > 0) throw new Error('Banks are paid one payout at a time.');
      const transfer = await orRefusal(makeTransfer(stripe, payout));
      if (transfer instanceof StripeRefused) {
        const { code } = transfer;
        return { kind: 'refused', code, retryable: mendable.has(code), payoutIds: [payout.payoutId] };
      }
      // Whatever is refused from here on, the money has left: the sweep goes on looking after the transfer.
      await orRefusal(bringOn(stripe, transfer));
      return { kind: 'taken', reference: transfer.id };
    },

    async look({ reference }) {
      const news = await find(reference);
      if (!news) throw new Error(`Stripe does not have the transfer ${reference}.`);
      return [news];
    },

    find,
  };
}

async function orRefusal<Answer>(call: Promise<Answer>): Promise<Answer | StripeRefused> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof StripeRefused) return error;
    throw error;
  }
}

/**
 * The transfer of a payout, made if there is none. The balance is looked at before: Stripe would repeat a refusal for want of
 * money under the same key for a day, whatever is paid in meanwhile.
 */
async function makeTransfer(stripe: StripeConnect, payout: PayoutToSend): Promise<StripeTransfer> {
  const { payoutId, destination, amountMinor, currency } = payout;
  const earlier = onlyLive(await stripe.transfersFor(payoutId), ({ reversed }) => !reversed, `transfer of ${payoutId}`);
  if (earlier) return agreeing(earlier, payout);
  const problem = await stripe.problemOf(destination.value);
  if (problem !== undefined) throw new StripeRefused(problem);
  if ((await stripe.available(currency)) < toStripeAmount({ amountMinor, currency }))
    throw new StripeRefused('balance_insufficient');
  return agreeing(await stripe.send({ payoutId, accountId: destination.value, amountMinor, currency }), payout);
}

/** @throws Error when Stripe transferred something else than was asked for, or to somebody else. */
function agreeing(transfer: StripeTransfer, { payoutId, destination, amountMinor, currency }: PayoutToSend) {
  const isSame =
    transfer.amount === toStripeAmount({ amountMinor, currency }) &&
    transfer.currency === currency.toLowerCase() &&
    transfer.destination === destination.value;
  if (!isSame) throw new Error(`The transfer ${transfer.id} is not what payout ${payoutId} asked for.`);
  return transfer;
}

/** The one that moves money, or else the first that did. @throws Error when somebody has made another one in its name. */
function onlyLive<Thing>(oldestFirst: Thing[], isLive: (thing: Thing) => boolean, name: string): Thing | undefined {
  const [live, another] = oldestFirst.filter(isLive);
  if (another) throw new Error(`There is more than one ${name}.`);
  return live ?? oldestFirst[0];
}

function isBack({ status }: StripeBankPayout): boolean {
  return status === 'failed' || status === 'canceled';
}

/** Takes a transfer as far as it goes now, to the bank or back, and says how it stands. */
async function bringOn(stripe: StripeConnect, transfer: StripeTransfer): Promise<PayoutNews> {
  const payouts = await stripe.bankPayoutsOf(transfer);
  const payout = onlyLive(payouts, (one) => !isBack(one), `payout to the bank of ${transfer.id}`);
  if (transfer.amount_reversed > 0) return newsOfReversed(transfer, payout);
  if (payout) return newsOfBank(stripe, transfer, payout);
  try {
    return await newsOfBank(stripe, transfer, await stripe.payBank(transfer));
  } catch (error) {
    if (!(error instanceof StripeRefused) || error.code === accessDenied) throw error;
    return takeBack(stripe, transfer, { status: 'FAILED', reason: error.code });
  }
}

function newsOfBank(stripe: StripeConnect, transfer: StripeTransfer, payout: StripeBankPayout) {
  const { status, amount, failure_code: code } = payout;
  switch (status) {
    case 'pending':
    case 'in_transit':
      return newsOf(transfer, { status: 'PENDING', amount });
    case 'paid':
      return newsOf(transfer, { status: 'SUCCESS', amount });
    case 'failed':
    case 'canceled':
      return takeBack(stripe, transfer, { status: 'RETURNED', reason: code ?? status });
  }
}

/** Of a part that somebody reversed by hand, the amount tells, which is then not the payout's. */
function newsOfReversed(transfer: StripeTransfer, payout: StripeBankPayout | undefined): PayoutNews {
  const { reversed, amount, amount_reversed, reversals } = transfer;
  const left = amount - amount_reversed;
  const reason = payout?.failure_code ?? reversals.data[0]?.metadata.reason ?? 'transfer_reversed';
  if (!payout) return newsOf(transfer, { status: 'FAILED', reason, amount: reversed ? amount : left });
  const status = isBack(payout) ? 'RETURNED' : 'REVERSED';
  return newsOf(transfer, { status, reason, amount: reversed ? amount : left });
}

type Back = { status: 'FAILED' | 'RETURNED'; reason: string };

/**
 * Reverses a transfer whose money is not at the bank. When the connected account no longer has it, nothing is back: a person
 * must look. The account's balance is asked first for the same reason as the platform's is before a transfer.
 */
async function takeBack(
  stripe: StripeConnect,
  transfer: StripeTransfer,
  { status, reason }: Back,
): Promise<PayoutNews> {
  try {
    const there = await stripe.available(transfer.currency, transfer.destination);
    if (there >= transfer.amount) {
      await stripe.reverse(transfer, reason);
      return newsOf(transfer, { status, reason });
    }
  } catch (error) {
    if (!(error instanceof StripeRefused) || error.code === accessDenied) throw error;
  }
  // Another call may have taken it back meanwhile.
  const now = await stripe.transfer(transfer.id);
  return now?.reversed ? newsOf(now, { status, reason }) : newsOf(transfer, { status: 'UNRETURNED', reason });
}

function newsOf(
  { id, amount: transferred, currency: code, metadata }: StripeTransfer,
  { status, reason, amount = transferred }: { status: PayoutNews['status']; reason?: string; amount?: number },
): PayoutNews {
  const currency = code.toUpperCase();
  if (!isCurrency(currency)) throw new Error(`The transfer ${id} is of a currency that nobody is paid in.`);
  return {
    ...(metadata.payoutId !== undefined && { payoutId: metadata.payoutId }),
    itemId: id,
    reference: id,
    status,
    amountMinor: fromStripeAmount({ amount, currency }),
    currency,
    ...(reason !== undefined && { errorName: reason }),
  };
}
