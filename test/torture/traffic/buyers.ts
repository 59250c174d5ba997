import type { Checkout } from '../../../shared/recharges/schemas.ts';
import { lookAtPayPal } from '../books/paypal-books.ts';
import { chanceAt } from '../chance.ts';
import { subjects } from '../history.ts';
import { offerOf } from '../judge/offers.ts';
import { steer } from '../providers.ts';
import type { World } from '../world.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { type NewRecharge, type Opened, rechargeOf } from './recharges.ts';

/** What each buyer does with the payment is decided with the order. */
const habits = {
  stripe: { pays: 66, declined: 10, never: 8, wrongAmount: 4, wrongCurrency: 2, forAnother: 2, quietly: 8 },
  session: { pays: 62, later: 14, leaves: 8, never: 8, quietly: 8 },
  paypal: { pays: 60, pending: 9, declined: 8, never: 6, wrongAmount: 3, otherCapture: 3, forAnother: 3, quietly: 8 },
  apple: { pays: 54, quietly: 22, twice: 5, never: 8, wrongProduct: 4, forAnother: 4, free: 3 },
  google: { pays: 40, quietly: 18, several: 14, pending: 14, twice: 3, never: 4, wrongProduct: 3, forAnother: 4 },
};

/** The sweep asks about an order for three days; who pays later depends on the provider's word, which it repeats for three days. */
const quietMilliseconds = 60 * 3_600_000;

function buyerOf(world: World, { rechargeId }: NewRecharge, { way, age }: { way: keyof typeof habits; age: number }) {
  const buyer = chanceAt(world.seed, 'buyer', rechargeId).weighted<string>(habits[way]);
  const isSwept = way !== 'apple' && way !== 'google';
  return buyer === 'quietly' && isSwept && age > quietMilliseconds ? 'pays' : buyer;
}

/** One visit of a buyer to a provider; what it comes to, where it comes to something. */
type Visit = { operation: Operation; recharge: NewRecharge; buyer: string };

/** The buyer of an earlier order goes and pays, or does something else. */
export async function payForCoins(operation: Operation): Promise<void> {
  const { world, number } = operation;
  const opened = openedFor(operation);
  if (!opened) return;
  const { checkout, recharge, at } = opened;
  const isSession = checkout.provider === 'stripe' && checkout.sessionId !== undefined;
  const way = isSession ? 'session' : checkout.provider;
  const buyer = buyerOf(world, recharge, { way, age: operation.now - at });
  if (buyer === 'never') return;
  const done = await visit(checkout, { operation, recharge, buyer });
  if (!done) return;
  world.visited.add(recharge.rechargeId);
  world.history.note([subjects.recharge(recharge.rechargeId)], `${number} the buyer, who ${buyer}: ${done}`);
}

/** Mostly that of the operation's own choice; else one of the latest. */
function openedFor(operation: Operation): Opened | undefined {
  const { world, chance } = operation;
  const earlier = earlierOperation(operation, 'recharge');
  const own = earlier && world.checkouts.get(rechargeOf(earlier).rechargeId);
  if (own && chance.happens(0.6)) return own;
  const latest = [...world.checkouts.values()].slice(-20);
  return latest[chance.below(latest.length)];
}

async function visit(checkout: Checkout, visiting: Visit): Promise<string | undefined> {
  switch (checkout.provider) {
    case 'stripe':
      return checkout.sessionId === undefined
        ? visitStripe(checkout.paymentIntentId, visiting)
        : visitSession(checkout.sessionId, visiting);
    case 'paypal':
      return visitPayPal(checkout.orderId, visiting);
    case 'apple':
      return buyAtApple(checkout.productId, visiting);
    case 'google':
      return buyAtGoogle(checkout.productId, visiting);
  }
}

const somebodyElse = { rechargeId: '0199e5a0-0000-7000-8000-000000000000', userId: 'somebody' };

async function visitStripe(intent: string | undefined, { operation, buyer }: Visit): Promise<string | undefined> {
  const { world, chance } = operation;
  const received: Record<string, object> = {
    wrongAmount: { amount: 1 },
    wrongCurrency: { currency: 'eur' },
    forAnother: { metadata: somebodyElse },
    quietly: { webhook: false },
  };
  const act = buyer === 'declined' && chance.happens(0.6) ? 'fail' : 'pay';
  const body = act === 'pay' ? (received[buyer] ?? {}) : {};
  const done = await steer(world.providers.urls.stripe, `payment_intents/${intent}/${act}`, body);
  return done ? act : undefined;
}

/** A bank debit is begun by the first visit, and has ended by a later one. */
async function visitSession(session: string, { operation, buyer }: Visit): Promise<string | undefined> {
  const { world, chance } = operation;
  const path = `checkout_sessions/${session}`;
  const go = (act: string, body?: object) => steer(world.providers.urls.stripe, `${path}/${act}`, body);
  if (buyer === 'leaves') return (await go('expire')) ? 'expire' : undefined;
  if (buyer !== 'later') return (await go('pay', buyer === 'quietly' ? { webhook: false } : {})) ? 'pay' : undefined;
  if (await go('pay_later')) return 'pay later';
  const end = chance.happens(0.75) ? 'settle' : 'fail';
  return (await go(end)) ? end : undefined;
}

async function visitPayPal(orderId: string, { operation, recharge, buyer }: Visit): Promise<string | undefined> {
  const { world, chance } = operation;
  const { urls } = world.providers;
  const { currency } = offerOf(recharge.body.packageId);
  const other = { currency, value: currency === 'JPY' ? '1' : '0.01' };
  const isDeclined = buyer === 'declined' && chance.happens(0.6);
  const agreed: Record<string, object> = {
    wrongAmount: { amount: other },
    otherCapture: { captured: other },
    forAnother: { custom_id: somebodyElse.rechargeId },
    quietly: { webhook: false },
    pending: { pending: true },
  };
  const body = isDeclined ? { decline: 'INSTRUMENT_DECLINED' } : (agreed[buyer] ?? {});
  if (await steer(urls.paypal, `orders/${orderId}/approve`, body)) return `approve ${JSON.stringify(body)}`;
  const pending = (await lookAtPayPal(world)).captures.find(
    (capture) => capture.orderId === orderId && capture.status === 'PENDING',
  );
  const decided = chance.happens(0.7) ? 'complete' : 'deny';
  return pending && (await steer(urls.paypal, `captures/${pending.id}/${decided}`)) ? decided : undefined;
}

/** The stores of the regions that fans are from, by their currencies. */
const storefronts: Record<string, { apple: string; google: string }> = {
  USD: { apple: 'USA', google: 'US' },
  GBP: { apple: 'GBR', google: 'GB' },
  JPY: { apple: 'JPN', google: 'JP' },
};

async function buyAtApple(productId: string, { operation, recharge, buyer }: Visit): Promise<string | undefined> {
  const { world } = operation;
  const { rechargeId } = recharge;
  if (hasBought(world, rechargeId, buyer)) return undefined;
  const { price, currency } = offerOf(recharge.body.packageId);
  const isForAnother = buyer === 'forAnother';
  const bought = await steer<{ transactionId: string; signedTransaction: string }>(
    world.providers.urls.apple,
    'transactions',
    {
      productId: buyer === 'wrongProduct' ? 'coins.other' : productId,
      // Swift writes UUIDs in capitals.
      appAccountToken: isForAnother ? somebodyElse.rechargeId : rechargeId.toUpperCase(),
      price: buyer === 'free' ? 0 : currency === 'JPY' ? price * 1_000 : price * 10,
      currency,
      storefront: storefronts[currency]?.apple,
      webhook: buyer !== 'quietly',
    },
  );
  if (!bought) return undefined;
  const { transactionId: id, signedTransaction } = bought;
  if (!isForAnother) world.receipts.push({ provider: 'apple', id, rechargeId, signedTransaction });
  return `bought ${id}`;
}

async function buyAtGoogle(productId: string, { operation, recharge, buyer }: Visit): Promise<string | undefined> {
  const { world, chance } = operation;
  const { rechargeId } = recharge;
  if (buyer === 'pending' && hasBought(world, rechargeId, buyer)) return decideAtGoogle(operation, rechargeId);
  if (hasBought(world, rechargeId, buyer)) return undefined;
  const { price, currency } = offerOf(recharge.body.packageId);
  const isForAnother = buyer === 'forAnother';
  const quantity = buyer === 'several' ? chance.between(2, 3) : 1;
  const bought = await steer<{ purchaseToken: string }>(world.providers.urls.google, 'purchases', {
    productId: buyer === 'wrongProduct' ? 'coins.other' : productId,
    obfuscatedAccountId: isForAnother ? somebodyElse.rechargeId : rechargeId,
    quantity,
    total: totalOf(price * quantity, currency),
    regionCode: storefronts[currency]?.google,
    pending: buyer === 'pending',
    webhook: buyer !== 'quietly',
  });
  if (!bought) return undefined;
  const { purchaseToken: id } = bought;
  if (!isForAnother) world.receipts.push({ provider: 'google', id, rechargeId });
  return `bought ${quantity} by ${id.slice(0, 8)}…`;
}

/** Who pays in cash goes to a shop, or does not. */
async function decideAtGoogle({ world, chance }: Operation, rechargeId: string): Promise<string | undefined> {
  const receipt = world.receipts.find((one) => one.rechargeId === rechargeId);
  const decided = chance.happens(0.7) ? 'complete' : 'cancel';
  const body = { webhook: chance.happens(0.7) };
  const done = await steer(world.providers.urls.google, `purchases/${receipt?.id}/${decided}`, body);
  return done ? decided : undefined;
}

/** One purchase an order, but of those who buy it twice. */
function hasBought({ receipts }: World, rechargeId: string, buyer: string): boolean {
  const bought = receipts.filter((receipt) => receipt.rechargeId === rechargeId);
  return bought.length >= (buyer === 'twice' ? 2 : 1);
}

function totalOf(minor: number, currencyCode: string): object {
  if (currencyCode === 'JPY') return { currencyCode, units: String(minor), nanos: 0 };
  return { currencyCode, units: String(Math.floor(minor / 100)), nanos: (minor % 100) * 10_000_000 };
}
