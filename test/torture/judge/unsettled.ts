import { subjects, type Violation } from '../history.ts';
import { look } from '../providers.ts';
import type { World } from '../world.ts';
import { creditable, type PaymentIntent } from './judge-recharges.ts';
import type { Snapshot } from './snapshot.ts';

/** Everything that is still on its way, and must come to an end when nothing fails any more. */
export async function unsettledIn(world: World, snapshot: Snapshot): Promise<Violation[]> {
  const { paymentIntents } = await look<{ paymentIntents: PaymentIntent[] }>(
    world.providers.stripeUrl,
    'payment_intents',
  );
  return [
    ...uncreditedGifts(snapshot),
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
    ...snapshot.recharges.flatMap((recharge) =>
      recharge.state !== 'paid' && creditable(recharge, paymentIntents)
        ? [{ subject: subjects.recharge(recharge.rechargeId), sentence: 'is paid at Stripe, and never credited' }]
        : [],
    ),
  ];
}

function uncreditedGifts({ wallets, walletEntries }: Snapshot): Violation[] {
  const credited = new Set(walletEntries.map(({ userId, entryId, flow }) => `${flow} ${userId} ${entryId}`));
  return wallets.flatMap(({ userId, outbox }) =>
    Object.keys(outbox)
      .filter((giftId) => !credited.has(`gift ${userId} ${giftId}`))
      .map((giftId) => ({ subject: subjects.gift(userId, giftId), sentence: 'is debited, and never credited' })),
  );
}
