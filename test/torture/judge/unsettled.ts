import { readBooks } from '../books/books.ts';
import { lookAtGoogle } from '../books/store-books.ts';
import { subjects, type Violation } from '../history.ts';
import type { World } from '../world.ts';
import { pays } from './judge-recharges.ts';
import type { Snapshot } from './snapshot.ts';
import { spendingsIn } from './spendings.ts';

/** Everything that is still on its way, and must come to an end when nothing fails any more. */
export async function unsettledIn(world: World, snapshot: Snapshot): Promise<Violation[]> {
  return [
    ...uncreditedGifts(snapshot),
    ...(await uncreditedRecharges(world, snapshot)),
    ...(await unfinishedPurchases(world, snapshot)),
    ...snapshot.withdrawals.flatMap(({ withdrawalId, state }) =>
      state === 'requested' ? [{ subject: subjects.withdrawal(withdrawalId), sentence: 'stays requested' }] : [],
    ),
    ...snapshot.payouts.flatMap(({ payoutId, state }) =>
      ['awaiting_approval', 'requested', 'submitting', 'submitted'].includes(state)
        ? [{ subject: subjects.payout(payoutId), sentence: `stays ${state}` }]
        : [],
    ),
    ...snapshot.runs.flatMap(({ runId, state, report, finishedAt, stoppedAt = '' }) => {
      const subject = subjects.run(runId);
      if (state === 'running' || state === 'stopping') return [{ subject, sentence: `stays ${state}` }];
      const isReported = report !== undefined && report.asOf >= (finishedAt ?? stoppedAt);
      return isReported ? [] : [{ subject, sentence: 'is over, and has no report of its end' }];
    }),
    ...unfinishedReversals(world, snapshot),
    ...unended(world, snapshot),
  ];
}

/** What is over and nobody has ended: orders that nobody confirmed, promotions, promotional coins. */
function unended({ clock }: World, { reservations, wallets }: Snapshot): Violation[] {
  const now = new Date(clock.now()).toISOString();
  return [
    ...reservations.flatMap(({ reservationId, userId, state, dueAt = now }) =>
      dueAt < now
        ? [{ subject: subjects.wallet(userId), sentence: `has ${reservationId} ${state}, due ${dueAt}` }]
        : [],
    ),
    ...wallets.flatMap(({ userId, promo = [] }) =>
      promo
        .filter(({ expiresAt }) => expiresAt < now)
        .map(({ lotId }) => ({ subject: subjects.wallet(userId), sentence: `still has ${lotId}, which has ended` })),
    ),
  ];
}

/**
 * A reversal goes through the gifts until the moment at which coins were first found spent, by their own clocks. Coins that
 * came back to the wallet after that moment and were spent again, or by a clock that was ahead, are in none of those gifts:
 * such a reversal ends short, and raises its alarm.
 */
function unfinishedReversals({ history }: World, { reversals, walletEntries }: Snapshot): Violation[] {
  const spendings = spendingsIn(walletEntries);
  return reversals.flatMap(({ rechargeId, userId, asOf, dueAt, reversedCoins, wantedCoins }) => {
    const sentLater = spendings.reduce(
      (sum, one) => (one.userId === userId && one.at > Date.parse(asOf) ? sum + one.paidCoins : sum),
      0,
    );
    const short = wantedCoins - reversedCoins;
    if (dueAt === undefined && short === 0) return [];
    if (dueAt === undefined && short > 0 && short <= sentLater) {
      history.count('a reversal that ends short');
      return [];
    }
    return [
      { subject: subjects.recharge(rechargeId), sentence: `has reversed ${reversedCoins} of ${wantedCoins} coins` },
    ];
  });
}

async function uncreditedRecharges(world: World, { recharges }: Snapshot): Promise<Violation[]> {
  const byOrder = Map.groupBy(await readBooks(world), ({ rechargeId }) => rechargeId ?? '');
  return recharges.flatMap((order) => {
    const payments = byOrder.get(order.rechargeId) ?? [];
    return order.state !== 'paid' && payments.some((payment) => !payment.isOver && pays(payment, order))
      ? [{ subject: subjects.recharge(order.rechargeId), sentence: `is paid at ${order.provider}, and never credited` }]
      : [];
  });
}

/** Credited, and never consumed. A purchase that is parked stays on the list as well: an operator may yet have it credited. */
async function unfinishedPurchases(world: World, { googlePurchases, recharges }: Snapshot): Promise<Violation[]> {
  const paid = new Set(recharges.flatMap(({ state, paymentId }) => (state === 'paid' && paymentId ? [paymentId] : [])));
  const bought = new Map((await lookAtGoogle(world)).map((one) => [one.purchaseToken, one]));
  return googlePurchases.flatMap(({ purchaseToken, rechargeId, state }) =>
    state === 'open' && paid.has(bought.get(purchaseToken)?.orderId ?? '')
      ? [{ subject: subjects.recharge(rechargeId), sentence: 'has an unfinished purchase at Google Play' }]
      : [],
  );
}

function uncreditedGifts({ wallets, walletEntries }: Snapshot): Violation[] {
  const credited = new Set(walletEntries.map(({ userId, entryId, flow }) => `${flow} ${userId} ${entryId}`));
  return wallets.flatMap(({ userId, outbox }) =>
    Object.keys(outbox)
      .filter((giftId) => !credited.has(`gift ${userId} ${giftId}`))
      .map((giftId) => ({ subject: subjects.gift(userId, giftId), sentence: 'is debited, and never credited' })),
  );
}
