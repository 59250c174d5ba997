import type { Table } from '../store/table.ts';
import type { PayoutNews, PayoutStatus } from './payout-news.ts';
import type { PayoutProvider } from './payout-provider.ts';
import { type NewsEvent, settlePayout } from './settle-payout.ts';

/** Settles a payout by the payment that an event names, in the state that the provider's API says it is in. */
export async function receivePayoutItem(
  { ledger, provider }: { ledger: Table; provider: Pick<PayoutProvider, 'find'> },
  claimed: NewsEvent,
  now: Date,
): Promise<void> {
  await settlePayout(ledger, { ...claimed, news: await confirm(provider, claimed.news) }, now);
}

/** The payment as the API has it; an API that is behind its own event must be asked again, or the event would be lost. */
async function confirm(provider: Pick<PayoutProvider, 'find'>, claimed: PayoutNews): Promise<PayoutNews> {
  const news = await provider.find(claimed.itemId);
  if (!news)
    throw new Error(`The provider sent an event about the item ${claimed.itemId}, which it does not have yet.`);
  if (stageOf[news.status] < stageOf[claimed.status])
    throw new Error(
      `The provider's event about the item ${news.itemId} says ${claimed.status}, and its API still ${news.status}.`,
    );
  return news;
}

/** How far a payment has come: waiting, decided, or undone. */
const stageOf: Record<PayoutStatus, number> = {
  PENDING: 0,
  UNCLAIMED: 0,
  ONHOLD: 0,
  SUCCESS: 1,
  FAILED: 1,
  BLOCKED: 1,
  RETURNED: 2,
  REFUNDED: 2,
  REVERSED: 2,
  UNRETURNED: 2,
};
