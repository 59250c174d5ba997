import { catalogDefaults } from '../../../shared/catalog/defaults.ts';
import type { RechargeBody } from '../../../shared/recharges/schemas.ts';
import { callApi } from '../call.ts';
import { chanceAt } from '../chance.ts';
import { subjects } from '../history.ts';
import { steer } from '../providers.ts';
import type { World } from '../world.ts';
import { keyAt } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { describeFan, pickFan } from './people.ts';

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
    provider: 'stripe' as const,
  };
  return { rechargeId: keyAt(now - chance.below(1_000), chance), body };
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
  view.succeeded(attempt, contentOf(answer.body), answer.isReplay);
  const { paymentIntentId } = (answer.body.checkout ?? {}) as { paymentIntentId?: string };
  if (paymentIntentId === undefined) return;
  const known = world.payments.get(rechargeId);
  if (known !== undefined && known !== paymentIntentId)
    world.history.violate(subject, `has the payment ${known}, and ${paymentIntentId} as well`);
  world.payments.set(rechargeId, paymentIntentId);
}

export function requestOf({ userId, packageId, channel, provider }: RechargeBody) {
  return { userId, packageId, channel, provider };
}

/** What was agreed, which never changes. */
export function contentOf({ coins, bonusCoins, price, expiresAt }: Record<string, unknown>) {
  return { coins, bonusCoins, price, expiresAt };
}

/** The coins that a fan has when the traffic begins, bought and paid for as all others; minors get none. */
export async function buyFirstCoins(world: World, userId: string): Promise<void> {
  const chance = chanceAt(world.seed, 'first coins', userId);
  const { region } = describeFan(world.seed, userId, world.timeline.startOf(0));
  const packageId = {
    US: chance.pick(['us-app-1000', 'us-app-3500', 'us-app-7000']),
    GB: 'gb-app-3303',
    JP: 'jp-app-1600',
  }[region];
  if (packageId === undefined) return;
  const rechargeId = keyAt(world.clock.now(), chance);
  const body = { userId, packageId, channel: 'app', provider: 'stripe' } as const;
  await order(world, { rechargeId, body }, ['setup', userId]);
  const intent = world.payments.get(rechargeId);
  if (intent !== undefined) await steer(world.providers.stripeUrl, `payment_intents/${intent}/pay`);
}

/** What each buyer does with the payment is decided with the order. */
type Buyer = 'pays' | 'declined' | 'never' | 'wrongAmount' | 'wrongCurrency' | 'forAnother' | 'quietly';

/** The sweep asks about an order for three days; who pays later depends on Stripe's word, which it repeats for three days. */
const quietMilliseconds = 60 * 3_600_000;

function buyerOf(world: World, rechargeId: string, age: number): Buyer {
  const habits = { pays: 66, declined: 10, never: 8, wrongAmount: 4, wrongCurrency: 2, forAnother: 2, quietly: 8 };
  const buyer = chanceAt(world.seed, 'buyer', rechargeId).weighted<Buyer>(habits);
  return buyer === 'quietly' && age > quietMilliseconds ? 'pays' : buyer;
}

/** The buyer of an earlier order goes to Stripe. */
export async function payForCoins(operation: Operation): Promise<void> {
  const { world, chance, number } = operation;
  const earlier = earlierOperation(operation, 'recharge');
  if (!earlier) return;
  const { rechargeId } = rechargeOf(earlier);
  const intent = world.payments.get(rechargeId);
  const buyer = buyerOf(world, rechargeId, operation.now - earlier.now);
  if (intent === undefined || buyer === 'never') return;
  const isDeclined = buyer === 'declined' && chance.happens(0.6);
  const done = await steer(
    world.providers.stripeUrl,
    `payment_intents/${intent}/${isDeclined ? 'fail' : 'pay'}`,
    isDeclined ? {} : received(buyer),
  );
  const how = isDeclined ? 'is declined' : `pays (${buyer})`;
  if (done) world.history.note([subjects.recharge(rechargeId)], `${number} the buyer ${how}`);
}

function received(buyer: Buyer): object {
  switch (buyer) {
    case 'wrongAmount':
      return { amount: 1 };
    case 'wrongCurrency':
      return { currency: 'eur' };
    case 'forAnother':
      return { metadata: { rechargeId: '0199e5a0-0000-7000-8000-000000000000', userId: 'somebody' } };
    case 'quietly':
      return { webhook: false };
    default:
      return {};
  }
}
