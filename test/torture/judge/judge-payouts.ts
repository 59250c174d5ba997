import type { ConnectBooksReport } from '../../../infra/local/simulators/stripe-connect-books.ts';
import { weekOf } from '../../../shared/calendar.ts';
import { formatDiamonds } from '../../../shared/money/diamonds.ts';
import type { Payout } from '../../../shared/store/items/payout.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { contentOf } from '../traffic/payouts.ts';
import type { World } from '../world.ts';
import { judgePayoutRuns } from './judge-payout-runs.ts';
import type { Snapshot } from './snapshot.ts';

/** PayPal's own books of payouts. */
export type PayPalBooks = {
  items: { senderItemId?: string; status: string; amount: { value: string }; timesPaid: number; timesBack: number }[];
  totals: Record<string, { net: string }>;
};

type JudgedPayouts = { snapshot: Snapshot; books: PayPalBooks };
type AllBooks = JudgedPayouts & { banks: ConnectBooksReport };

export function judgePayouts(world: World, { snapshot, books, banks }: AllBooks): void {
  const { views } = world;
  views.payouts.judge(new Map(snapshot.payouts.filter(({ runId }) => runId === undefined).map(existing)));
  compareWithPayPal(world, { snapshot, books });
  compareWithBanks(world, { snapshot, banks });
  judgePayoutRuns(world, snapshot);
  judgeCaps(world, snapshot);
}

function existing(payout: Payout): [string, Existing] {
  const { payoutId, creatorId, asked, milliDiamonds, grossMinor, feeMinor, netMinor, currency } = payout;
  const cash = (amount: number) => ({ amount, currency });
  const content = contentOf({
    diamonds: formatDiamonds(milliDiamonds),
    gross: cash(grossMinor),
    fee: cash(feeMinor),
    net: cash(netMinor),
  });
  const request = JSON.stringify({ creatorId, asked });
  return [subjects.payout(payoutId), { request, content: JSON.stringify(content) }];
}

/** What PayPal has paid, and what came back, is what the payouts say, one by one. */
function compareWithPayPal({ history }: World, { snapshot, books }: JudgedPayouts): void {
  const items = Map.groupBy(books.items, ({ senderItemId }) => senderItemId ?? 'unnamed');
  for (const { payoutId, method, state, netMinor } of snapshot.payouts) {
    const subject = subjects.payout(payoutId);
    const sent = items.get(payoutId) ?? [];
    items.delete(payoutId);
    const gone = sent.reduce((sum, { timesPaid, timesBack }) => sum + timesPaid - timesBack, 0);
    if (sent.length > 1) history.violate(subject, `has ${sent.length} items at PayPal`);
    if (gone !== (state === 'paid' && method === 'paypal' ? 1 : 0))
      history.violate(subject, `is ${state}, and PayPal has paid it ${gone} times`);
    for (const { amount } of sent)
      if (Math.round(Number(amount.value) * 100) !== netMinor) history.violate(subject, `was sent as ${amount.value}`);
  }
  for (const payoutId of items.keys())
    history.violate(subjects.payout(payoutId), 'is at PayPal, and not in the ledger');
}

/** What left the platform and what banks have is what the payouts say, one by one. */
function compareWithBanks({ history }: World, { snapshot, banks }: Pick<AllBooks, 'snapshot' | 'banks'>): void {
  const booked = new Map(banks.payouts.map((payout) => [payout.payoutId, payout]));
  for (const { payoutId, method, state, netMinor } of snapshot.payouts) {
    const subject = subjects.payout(payoutId);
    const { transfers = 0, sentMinor = 0, backMinor = 0, atBankMinor = 0 } = booked.get(payoutId) ?? {};
    booked.delete(payoutId);
    const due = method === 'bank' && state === 'paid' ? netMinor : 0;
    if (transfers > 1) history.violate(subject, `has ${transfers} transfers at Stripe`);
    if (transfers > 0 && sentMinor !== transfers * netMinor)
      history.violate(subject, `was transferred as ${sentMinor}`);
    if (sentMinor - backMinor !== due)
      history.violate(subject, `is ${state}, and Stripe has transferred ${sentMinor - backMinor} of it`);
    if (atBankMinor !== due) history.violate(subject, `is ${state}, and banks have ${atBankMinor} of it`);
  }
  for (const payoutId of booked.keys())
    history.violate(subjects.payout(payoutId), 'is at Stripe, and not in the ledger');
}

/** What is used of the caps is what was asked for on the day and in the week, without what did not happen. */
function judgeCaps({ history, clock }: World, { creators, payouts }: Snapshot): void {
  const now = new Date(clock.now());
  for (const { creatorId, payoutUse } of creators) {
    if (!payoutUse) continue;
    const counted = payouts.filter(
      (payout) =>
        payout.creatorId === creatorId && !['failed', 'blocked', 'returned', 'skipped'].includes(payout.state),
    );
    const ofDay = counted.filter(({ requestedAt }) => requestedAt.slice(0, 10) === payoutUse.day);
    const ofWeek = counted.filter(({ requestedAt }) => weekOf(requestedAt.slice(0, 10)) === payoutUse.week);
    const [day, week] = [ofDay, ofWeek].map((all) => all.reduce((sum, { grossMinor }) => sum + grossMinor, 0));
    if (day !== payoutUse.dayMinor || week !== payoutUse.weekMinor)
      history.violate(
        subjects.creator(creatorId),
        `uses ${payoutUse.dayMinor} and ${payoutUse.weekMinor} of the caps at ${now.toISOString()}, and payouts of the day and week come to ${day} and ${week}`,
      );
  }
}
