import { catalogDefaults } from '../../../shared/catalog/defaults.ts';
import type { Checkout, RechargeBody } from '../../../shared/recharges/schemas.ts';
import { callApi } from '../call.ts';
import { chanceAt } from '../chance.ts';
import { subjects } from '../history.ts';
import { steer } from '../providers.ts';
import { setUpAt, type World } from '../world.ts';
import { keyAt } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { describeFan, pickFan } from './people.ts';
import type { Way } from './ways.ts';

/** An order that a buyer can pay; `at` is when it was made. */
export type Opened = { checkout: Checkout; recharge: NewRecharge; at: number };

export type NewRecharge = { rechargeId: string; body: RechargeBody };

export async function orderCoins(operation: Operation): Promise<void> {
  const recharge = rechargeOf(operation);
  const copies = operation.chance.happens(0.08) ? 2 : 1;
  await Promise.all(
    Array.from({ length: copies }, (_, copy) => order(operation.world, recharge, [operation.number, copy])),
  );
}

export async function orderCoinsAgain(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'recharge');
  if (!earlier) return;
  const { rechargeId, body } = rechargeOf(earlier);
  const changed = { ...body, channel: body.channel === 'app' ? ('web' as const) : ('app' as const) };
  const asked = operation.chance.happens(0.12) ? changed : body;
  await order(operation.world, { rechargeId, body: asked }, [operation.number]);
}

export function rechargeOf({ world, chance, now }: Operation): NewRecharge {
  const userId = pickFan(world.scale, chance);
  const { region } = describeFan(world.seed, userId, world.timeline.startOf(0));
  const [[channel, list] = []] = Object.entries(catalogDefaults.packages.regions[region] ?? {});
  const offers = list?.packages ?? [];
  const packageId = offers[chance.below(Math.min(5, offers.length))]?.packageId ?? 'none';
  const body = {
    userId,
    packageId,
    channel: (channel ?? 'app') as RechargeBody['channel'],
    ...checkoutBy(chance.weighted<Way>(world.ways)),
  };
  return { rechargeId: keyAt(now - chance.below(1_000), chance), body };
}

const pages = { successUrl: 'https://app.example/paid', cancelUrl: 'https://app.example/coins' };

function checkoutBy(way: Way): Pick<RechargeBody, 'provider' | 'checkout'> {
  if (way === 'session') return { provider: 'stripe', checkout: { type: 'session', ...pages } };
  return { provider: way };
}

async function order(world: World, { rechargeId, body }: NewRecharge, place: (number | string)[]): Promise<void> {
  const subject = subjects.recharge(rechargeId);
  const view = world.views.recharges;
  const attempt = view.begin(subject, requestOf(body));
  const answer = await callApi(world, {
    function: 'create-recharge',
    place,
    about: [subject, subjects.wallet(body.userId)],
    body,
    key: rechargeId,
  });
  if (answer.kind === 'unknown') return view.unknown(attempt);
  if (answer.kind === 'refused') return view.refused(attempt, answer.code);
  view.succeeded(attempt, contentOf(body.provider, answer.body), answer.isReplay);
  const checkout = answer.body.checkout as Checkout | undefined;
  const opened = checkout && openedBy(checkout);
  if (checkout === undefined || opened === undefined) return;
  const before = world.checkouts.get(rechargeId);
  const known = before && openedBy(before.checkout);
  if (known !== undefined && known !== opened)
    world.history.violate(subject, `has the payment ${known}, and ${opened} as well`);
  const at = before?.at ?? world.clock.now();
  world.checkouts.set(rechargeId, { checkout, recharge: { rechargeId, body }, at });
}

/** By what a buyer can pay; nothing once it is only told how the order was paid. */
function openedBy(checkout: Checkout): string | undefined {
  switch (checkout.provider) {
    case 'stripe':
      return checkout.sessionId ?? checkout.paymentIntentId;
    case 'paypal':
      return checkout.orderId;
    case 'apple':
    case 'google':
      return checkout.productId;
  }
}

export function requestOf({ userId, packageId, channel, provider, checkout }: RechargeBody) {
  return { userId, packageId, channel, provider, isSession: checkout?.type === 'session' };
}

/**
 * What was agreed, which never changes; but at Google Play the buyer chooses in the end how many of a package to take. The bonus
 * is not in it: who pays too late for a campaign gets the package's own.
 */
export function contentOf(provider: RechargeBody['provider'], { coins, price, expiresAt }: Record<string, unknown>) {
  if (provider !== 'google') return { coins, price, expiresAt };
  const { amount, currency } = price as { amount: number; currency: string };
  return { coinsOfPrice: Number(coins) / amount, currency, expiresAt };
}

/** The coins that a fan has when the traffic begins, bought and paid for as all others; minors get none. */
export async function buyFirstCoins(world: World, userId: string): Promise<void> {
  const recharge = firstRechargeOf(world, userId);
  await order(world, recharge, ['setup', userId]);
  const opened = world.checkouts.get(recharge.rechargeId);
  const intent = opened && openedBy(opened.checkout);
  if (intent === undefined) return;
  await steer(world.providers.urls.stripe, `payment_intents/${intent}/pay`);
  world.visited.add(recharge.rechargeId);
}

/** What a fan buys first, the same whenever it is asked for. */
export function firstRechargeOf({ seed, timeline }: World, userId: string): NewRecharge {
  const chance = chanceAt(seed, 'first coins', userId);
  const { region } = describeFan(seed, userId, timeline.startOf(0));
  const packages: Record<string, string> = { GB: 'gb-app-3303', JP: 'jp-app-1600' };
  const packageId = packages[region] ?? chance.pick(['us-app-1000', 'us-app-3500', 'us-app-7000']);
  return {
    rechargeId: keyAt(setUpAt(timeline), chance),
    body: { userId, packageId, channel: 'app', provider: 'stripe' },
  };
}
