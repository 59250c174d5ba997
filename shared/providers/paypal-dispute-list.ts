import * as z from 'zod/mini';
import { type PayPalLinks, payPalMinor, payPalMoney, text } from './paypal-payment.ts';

/** From when until before when; `after` is how an earlier page says where the list goes on. */
export type DisputePart = { from: Date; to: Date; after?: string | undefined };

export type ListedDispute = {
  disputeId: string;
  isResolved: boolean;
  amountMinor: number;
  currency: string;
  /** As PayPal writes it; it is another after each change. */
  updatedAt: string;
};

export type PayPalDisputePage = { disputes: ListedDispute[]; next?: string };

/** The most that PayPal gives in one page. */
const disputesPerPage = 50;

/** PayPal lists no dispute by a change that is longer ago than 180 days; the last of them may be over when it is asked. */
const listedMilliseconds = 179 * 24 * 3_600_000;

export function areDisputesListed(from: Date, now: Date): boolean {
  return from.getTime() > now.getTime() - listedMilliseconds;
}

/** https://developer.paypal.com/docs/api/customer-disputes/v1/#disputes_list */
export function disputesPath({ from, to, after }: DisputePart): string {
  const first = new URLSearchParams({
    update_time_after: from.toISOString(),
    update_time_before: to.toISOString(),
    page_size: String(disputesPerPage),
  });
  return `/v1/customer/disputes?${after ?? first}`;
}

const Page = z.object({
  items: z._default(
    z.array(
      z.object({
        dispute_id: text,
        status: text,
        dispute_amount: payPalMoney,
        create_time: text,
        update_time: z.optional(text),
      }),
    ),
    [],
  ),
  links: z.optional(z.array(z.object({ href: z.string(), rel: z.string() }))),
});

/** Reads a page. Throws when it is none. */
export function parseDisputePage(value: unknown): PayPalDisputePage {
  const { items, links } = z.parse(Page, value);
  const next = queryOfNext(links);
  const disputes = items.map(({ dispute_id, status, dispute_amount, create_time, update_time = create_time }) => ({
    disputeId: dispute_id,
    isResolved: status === 'RESOLVED',
    amountMinor: payPalMinor(dispute_amount),
    currency: dispute_amount.currency_code,
    updatedAt: update_time,
  }));
  return { disputes, ...(next && { next }) };
}

/** Only the query of the link is used, so that no foreign address is ever called. */
function queryOfNext(links: PayPalLinks): string | undefined {
  const next = links?.find(({ rel }) => rel === 'next');
  return next && new URL(next.href).searchParams.toString();
}
