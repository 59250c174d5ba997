import { isAppStore } from '../../../shared/providers/payment.ts';
import { moneyOf, type Recharge } from '../../../shared/store/items/recharge.ts';
import type { BookedPayment } from '../books/booked-payment.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { contentOf, requestOf } from '../traffic/recharges.ts';
import type { World } from '../world.ts';
import { offerOf } from './offers.ts';
import type { Snapshot } from './snapshot.ts';

/** Whether the payment is what the order asks for, so that it must be credited. */
export function pays(payment: BookedPayment, order: Recharge): boolean {
  if (!payment.isPaid || payment.provider !== order.provider || payment.rechargeId !== order.rechargeId) return false;
  if (isAppStore(payment.provider)) return payment.productId === order.productId && payment.received > 0;
  const { userId, asked, received, currency } = payment;
  const { priceMinor } = order;
  return userId === order.userId && asked === priceMinor && received === priceMinor && currency === order.currency;
}

export function judgeRecharges(world: World, snapshot: Snapshot, books: BookedPayment[]): void {
  const { history, views } = world;
  views.recharges.judge(new Map(snapshot.recharges.map(existing)));
  const byOrder = Map.groupBy(books, ({ rechargeId }) => rechargeId ?? '');
  for (const order of snapshot.recharges) {
    const subject = subjects.recharge(order.rechargeId);
    const opened = byOrder.get(order.rechargeId) ?? [];
    if (opened.length > 1 && !isAppStore(order.provider))
      history.violate(subject, `has two payments at ${order.provider}`);
    const payment = opened.find(({ paymentId }) => order.state === 'paid' && paymentId === order.paymentId);
    if (order.state === 'paid' && !(payment && pays(payment, order)))
      history.violate(subject, `is credited, and ${order.provider} was not paid`);
    if (payment) judgeCredit(world, order, payment);
    judgeEntry(world, snapshot, order);
  }
  judgeOthers(world, snapshot, books);
}

/** The coins are those of as many packages as were bought, and the money is the provider's. */
function judgeCredit({ history }: World, order: Recharge, payment: BookedPayment): void {
  const subject = subjects.recharge(order.rechargeId);
  const sold = offerOf(order.packageId).coins * payment.quantity;
  if (order.coins !== sold) history.violate(subject, `brought ${order.coins} coins, and was sold as ${sold}`);
  const { minor, currency } = moneyOf(order);
  if (minor !== payment.received || currency !== payment.currency)
    history.violate(
      subject,
      `took ${minor} ${currency}, and ${payment.provider} ${payment.received} ${payment.currency}`,
    );
  if (payment.consumptions !== undefined && payment.consumptions !== 1 && !payment.isOver)
    history.violate(subject, `is consumed ${payment.consumptions} times at Google Play`);
}

function judgeEntry({ history }: World, { walletEntries }: Snapshot, order: Recharge): void {
  const { rechargeId, userId, state, coins, bonusCoins } = order;
  const entries = walletEntries.filter((entry) => entry.flow === 'recharge' && entry.entryId === rechargeId);
  const [entry] = entries;
  if ((state === 'paid') !== (entries.length === 1 && entry?.userId === userId))
    history.violate(subjects.recharge(rechargeId), `is ${state}, and its entry says otherwise`);
  if (entry?.flow !== 'recharge') return;
  const { paidCoins, repaidCoins, bonusCoins: bonus } = entry.amounts;
  if (paidCoins + repaidCoins !== coins || bonus !== bonusCoins)
    history.violate(subjects.recharge(rechargeId), `is entered with ${paidCoins} + ${repaidCoins} and ${bonus} coins`);
}

/** Money that came and was credited to nobody lies before an operator, and is not used up at the store. */
function judgeOthers({ history }: World, { recharges, events }: Snapshot, books: BookedPayment[]): void {
  const credited = new Set(
    recharges.flatMap(({ state, provider, paymentId }) => (state === 'paid' ? [`${provider} ${paymentId}`] : [])),
  );
  const setAside = new Set(
    events.flatMap(({ outcome, provider, subject }) =>
      outcome === 'parked' || outcome === 'closed' ? [`${provider} ${subject}`] : [],
    ),
  );
  for (const { provider, paymentId, rechargeId, isPaid, isOver, consumptions = 0 } of books) {
    if (!isPaid || credited.has(`${provider} ${paymentId}`)) continue;
    const subject = subjects.recharge(rechargeId ?? 'of nobody');
    if (!isOver && !setAside.has(`${provider} ${rechargeId}`))
      history.violate(subject, `has the payment ${paymentId} at ${provider}, of which nobody here knows`);
    if (consumptions > 0) history.violate(subject, `is consumed at Google Play as ${paymentId}, and not credited`);
  }
}

function existing(recharge: Recharge): [string, Existing] {
  const { rechargeId, coins, priceMinor, currency, expiresAt } = recharge;
  const { userId, packageId, channel, provider, checkout } = recharge;
  const request = requestOf({
    ...{ userId, packageId, provider },
    channel: channel === 'web' ? 'web' : 'app',
    ...(checkout && { checkout }),
  });
  const content = contentOf(provider, { coins, price: { amount: priceMinor, currency }, expiresAt });
  return [subjects.recharge(rechargeId), { request: JSON.stringify(request), content: JSON.stringify(content) }];
}
