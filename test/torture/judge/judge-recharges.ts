import type { Recharge } from '../../../shared/store/items/recharge.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { contentOf, requestOf } from '../traffic/recharges.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** A payment as Stripe's simulator keeps it. */
export type PaymentIntent = {
  id: string;
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  metadata: { rechargeId?: string; userId?: string };
};

/** Whether Stripe was paid what the order asks for; Stripe counts the currencies of the run as the ledger does. */
export function creditable({ rechargeId, userId, priceMinor, currency }: Recharge, intents: PaymentIntent[]): boolean {
  return intents.some(
    (intent) =>
      intent.status === 'succeeded' &&
      intent.metadata.rechargeId === rechargeId &&
      intent.metadata.userId === userId &&
      intent.amount_received === priceMinor &&
      intent.currency.toUpperCase() === currency,
  );
}

export function judgeRecharges({ history, views }: World, snapshot: Snapshot, intents: PaymentIntent[]): void {
  views.recharges.judge(new Map(snapshot.recharges.map(existing)));
  const opened = Map.groupBy(intents, ({ metadata }) => metadata.rechargeId ?? '');
  const entries = snapshot.walletEntries.filter(({ flow }) => flow === 'recharge');
  const credited = new Map(entries.map(({ entryId, userId }) => [entryId, userId]));
  for (const recharge of snapshot.recharges) {
    const { rechargeId, userId, state } = recharge;
    const subject = subjects.recharge(rechargeId);
    if ((opened.get(rechargeId)?.length ?? 0) > 1) history.violate(subject, 'has two payments at Stripe');
    if (state === 'paid' && !creditable(recharge, intents))
      history.violate(subject, 'is credited, and Stripe was not paid');
    if ((state === 'paid') !== (credited.get(rechargeId) === userId))
      history.violate(subject, `is ${state}, and its entry says otherwise`);
  }
}

function existing(recharge: Recharge): [string, Existing] {
  const { rechargeId, coins, bonusCoins, priceMinor, currency, expiresAt } = recharge;
  const { userId, packageId, channel } = recharge;
  const request = requestOf({ userId, packageId, channel: channel === 'web' ? 'web' : 'app', provider: 'stripe' });
  const content = contentOf({ coins, bonusCoins, price: { amount: priceMinor, currency }, expiresAt });
  return [subjects.recharge(rechargeId), { request: JSON.stringify(request), content: JSON.stringify(content) }];
}
