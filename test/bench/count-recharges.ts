import { look, steer } from '../providers/webhook-receiver.ts';
import { appleOrder, buyOnDevice, delivered, handIn, openAppleShop } from '../recharges/apple-shop.ts';
import { allDelivered as allOfStripe } from '../recharges/claim-events.ts';
import { buyAtGoogle, openGoogleShop, order as orderAtGoogle, send } from '../recharges/google-shop.ts';
import { allDelivered as allOfPayPal, approve, openPayPalShop, ordered } from '../recharges/paypal-shop.ts';
import { buy, newFan, openShop, purchase, type Tables } from '../recharges/shop.ts';
import { openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { sum, type Usage } from './meter.ts';

/** What is counted, and what it takes beside the tables: requests of the app and of the provider, and calls of the provider. */
export const rechargeMoves = {
  stripe: { name: 'recharges, Stripe', requests: 2, providerCalls: 1 },
  /** Two events: the buyer has agreed, at which the payment is taken; and it was taken. */
  paypal: { name: 'recharges, PayPal', requests: 3, providerCalls: 4 },
  /** The app hands in the receipt, and the store's notification comes as well. */
  apple: { name: 'recharges, App Store', requests: 3, providerCalls: 0 },
  google: { name: 'recharges, Google Play', requests: 3, providerCalls: 4 },
  /** Of a payment at Stripe none of whose coins were spent: two events. */
  refund: { name: 'refunds, Stripe', requests: 2, providerCalls: 0 },
} as const;
export type RechargeMove = keyof typeof rechargeMoves;

/** Everything of one recharge through each provider until nobody has anything left to tell, and of a refund. */
export async function countRecharges(ground: Ground): Promise<Record<RechargeMove, Usage>> {
  return {
    stripe: await countOne(ground, stripe),
    paypal: await countOne(ground, paypal),
    apple: await countOne(ground, apple),
    google: await countOne(ground, google),
    refund: await countOne(ground, refund),
  };
}

/** Plays a move; what comes before `begin` is not counted. */
type Play = (tables: Tables, begin: () => void) => Promise<void>;

/** The catalogue's reads, two in 30 s for each function instance, are not counted. */
async function countOne(ground: Ground, play: Play): Promise<Usage> {
  const { world, meter } = await openGiftPath(ground, { counting: true, creatorIds: [] });
  await play({ ledger: world.ledger, catalog: world.catalogTable }, () => meter.begin('move'));
  return sum(meter.parts.get('move')?.values() ?? []);
}

async function stripe(tables: Tables, begin: () => void): Promise<void> {
  const shop = await openShop(tables);
  const command = purchase(await newFan(shop));
  begin();
  const { paymentId } = await buy(shop, command);
  await steer(shop.stripeUrl, `payment_intents/${paymentId}/pay`);
  await until(() => allOfStripe(shop));
  await shop.close();
}

async function refund(tables: Tables, begin: () => void): Promise<void> {
  const shop = await openShop(tables);
  const { paymentId } = await buy(shop, purchase(await newFan(shop)));
  await steer(shop.stripeUrl, `payment_intents/${paymentId}/pay`);
  await until(() => allOfStripe(shop));
  begin();
  await steer(shop.stripeUrl, `payment_intents/${paymentId}/refund`);
  await until(() => allOfStripe(shop));
  await shop.close();
}

async function paypal(tables: Tables, begin: () => void): Promise<void> {
  const shop = await openPayPalShop(tables);
  const userId = await newFan(shop);
  begin();
  await approve(shop, await ordered(shop, { userId }));
  await until(() => allOfPayPal(shop));
  await shop.close();
}

async function apple(tables: Tables, begin: () => void): Promise<void> {
  const shop = await openAppleShop('Sandbox', tables);
  const userId = await newFan(shop);
  begin();
  const order = await appleOrder(shop, { userId });
  const { signedTransaction } = await buyOnDevice(shop, order, { webhook: true });
  await handIn(shop, order.rechargeId, signedTransaction);
  await delivered(shop, 'ONE_TIME_CHARGE');
  await shop.close();
}

async function google(tables: Tables, begin: () => void): Promise<void> {
  const shop = await openGoogleShop({ tables });
  const userId = await newFan(shop);
  begin();
  const order = await orderAtGoogle(shop, userId);
  await send(shop, order, await buyAtGoogle(shop, order.rechargeId, { webhook: true }));
  type Listed = { deliveries: { state: string }[] };
  const { url } = shop.google;
  await until(async () =>
    (await look<Listed>(url, 'deliveries')).deliveries.every(({ state }) => state === 'delivered'),
  );
  await shop.close();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}
