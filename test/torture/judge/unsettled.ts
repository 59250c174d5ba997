import { readBooks } from '../books/books.ts';
import { lookAtGoogle } from '../books/store-books.ts';
import { subjects, type Violation } from '../history.ts';
import type { World } from '../world.ts';
import { pays } from './judge-recharges.ts';
import type { Snapshot } from './snapshot.ts';

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
    ...snapshot.runs.flatMap(({ runId, state }) =>
      state === 'running' ? [{ subject: subjects.run(runId), sentence: 'never ends' }] : [],
    ),
    ...snapshot.reversals.flatMap(({ rechargeId, dueAt, reversedCoins, wantedCoins }) =>
      dueAt !== undefined || reversedCoins !== wantedCoins
        ? [
            {
              subject: subjects.recharge(rechargeId),
              sentence: `has reversed ${reversedCoins} of ${wantedCoins} coins`,
            },
          ]
        : [],
    ),
  ];
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
