import { buy, newFan, payQuietly, purchase, type Shop, stripeEvent } from './shop.ts';

/** A fan with an order of 1,000 coins that is paid at Stripe, of which nothing was heard yet. */
export async function paidOrder(shop: Shop) {
  const command = purchase(await newFan(shop));
  const { paymentId } = await buy(shop, command);
  const payment = await payQuietly(shop, paymentId);
  return { command, payment, event: stripeEvent('payment_intent.succeeded', payment, `evt_${command.rechargeId}`) };
}
