import type { ProviderName } from '../../../shared/providers/payment.ts';
import type { Checkout } from '../../../shared/recharges/schemas.ts';
import { lookAtPayPal } from '../books/paypal-books.ts';
import { lookAtApple } from '../books/store-books.ts';
import { lookAtClaims } from '../books/stripe-books.ts';
import type { Chance } from '../chance.ts';
import { subjects } from '../history.ts';
import { offerOf } from '../judge/offers.ts';
import { look, steer } from '../providers.ts';
import type { World } from '../world.ts';
import type { Operation } from './operation.ts';
import type { NewRecharge } from './recharges.ts';

/** What is done at a provider: the control of its simulator. */
type Act = { path: string; body?: object };

/** Somebody wants the money for an earlier recharge back: in the dashboard, at their bank, at the store; all or a part of it. */
export async function claimBack(operation: Operation): Promise<void> {
  const { world, chance, number } = operation;
  const latest = [...world.visited].slice(chance.happens(0.7) ? -15 : 0);
  const opened = world.checkouts.get(latest[chance.below(latest.length)] ?? '');
  if (!opened) return;
  const { checkout, recharge } = opened;
  const act = await claimOn(world, checkout, { recharge, chance });
  if (!act) return;
  const done = await happen(world, checkout.provider, act);
  const line = `${number} ${checkout.provider}: ${act.path} ${JSON.stringify(act.body ?? {})}`;
  if (done) world.history.note([subjects.recharge(recharge.rechargeId)], line);
}

/** A moment passes at each change: no provider does two things to one payment at once. */
function happen(world: World, provider: ProviderName, { path, body }: Act): Promise<unknown> {
  world.clock.moveTo(world.clock.now() + 1);
  return steer(world.providers.urls[provider], path, body);
}

type Wanted = { recharge: NewRecharge; chance: Chance };

async function claimOn(world: World, checkout: Checkout, wanted: Wanted): Promise<Act | undefined> {
  const { recharge, chance } = wanted;
  switch (checkout.provider) {
    case 'stripe':
      return claimAtStripe(world, checkout, chance);
    case 'paypal':
      return claimAtPayPal(checkout.orderId, wanted);
    case 'apple':
      return claimAtApple(world, recharge.rechargeId, chance);
    case 'google': {
      const receipt = world.receipts.find(({ rechargeId }) => rechargeId === recharge.rechargeId);
      if (!receipt) return undefined;
      const body = { ...(chance.happens(0.6) && { quantity: 1 }), webhook: chance.happens(0.7) };
      return { path: `purchases/${receipt.id}/refund`, body };
    }
  }
}

type Sessions = { sessions: { id: string; payment_intent: string | null }[] };

async function claimAtStripe(
  { providers }: World,
  { paymentIntentId, sessionId }: Extract<Checkout, { provider: 'stripe' }>,
  chance: Chance,
): Promise<Act | undefined> {
  const sessions =
    sessionId === undefined ? [] : (await look<Sessions>(providers.urls.stripe, 'checkout_sessions')).sessions;
  const intent = paymentIntentId ?? sessions.find(({ id }) => id === sessionId)?.payment_intent;
  if (!intent) return undefined;
  const how = chance.weighted({ refund: 60, dispute: 30, warn: 10 });
  const amount = chance.happens(0.5) ? {} : { amount: chance.pick([1, 37, 100, 449]) };
  const status = chance.happens(0.3) ? { status: 'pending' } : {};
  const body = { refund: { ...amount, ...status }, dispute: amount, warn: {} }[how];
  return { path: `payment_intents/${intent}/${how}`, body };
}

function claimAtPayPal(orderId: string, { recharge, chance }: Wanted): Act {
  const how = chance.weighted({ refund: 60, dispute: 32, reverse: 8 });
  const value = chance.pick(
    offerOf(recharge.body.packageId).currency === 'JPY' ? ['1', '37', '100'] : ['0.01', '0.37', '4.49'],
  );
  const part = chance.happens(0.5) ? {} : { value };
  const pending = chance.happens(0.25) ? { pending: true } : {};
  const body = { refund: { ...part, ...pending }, dispute: part, reverse: {} }[how];
  return { path: `captures/${orderId}/${how}`, body };
}

/** Apple gives a transaction back once, and may take that back. */
async function claimAtApple(world: World, rechargeId: string, chance: Chance): Promise<Act | undefined> {
  const ids = world.receipts.flatMap((receipt) => (receipt.rechargeId === rechargeId ? [receipt.id] : []));
  const bought = (await lookAtApple(world)).find(({ transactionId }) => ids.includes(transactionId));
  if (!bought) return undefined;
  const how = chance.weighted({ refund: 75, ask: 15, decline: 10 });
  if (how === 'refund' && bought.revocationDate !== undefined) return undefined;
  const part = how === 'refund' && chance.happens(0.5) ? { percentage: chance.pick([1, 33_333, 50_000]) } : {};
  return { path: `transactions/${bought.transactionId}/${how}`, body: part };
}

/** A refund arrives, fails or is taken back, a bank decides. */
export async function moveClaim({ world, chance, number }: Operation): Promise<void> {
  const { stripe, session, paypal, apple } = world.ways;
  const provider = chance.weighted({ stripe: stripe + session, paypal, apple });
  const movesAt = { stripe: movesAtStripe, paypal: movesAtPayPal, apple: movesAtApple };
  const recent = (await movesAt[provider](world, chance)).slice(-8);
  const act = recent[chance.below(recent.length)];
  if (act && (await happen(world, provider, act))) world.history.note([], `${number} ${provider}: ${act.path}`);
}

async function movesAtStripe(world: World, chance: Chance): Promise<Act[]> {
  const claims = await lookAtClaims(world);
  const moves = { refunds: { succeed: 50, fail: 50 }, disputes: { review: 20, won: 40, lost: 40 } };
  const kind = chance.happens(0.4) ? 'refunds' : 'disputes';
  return claims[kind].map(({ id }) => ({ path: `${kind}/${id}/${chance.weighted<string>(moves[kind])}` }));
}

/** PayPal says nothing of a refund that fails, nor of one that begins, so only those that wait come to an end. */
async function movesAtPayPal(world: World, chance: Chance): Promise<Act[]> {
  const { refunds, disputes } = await lookAtPayPal(world);
  const pending = refunds.filter(({ status }) => status === 'PENDING');
  const open = disputes.filter(({ status }) => status !== 'RESOLVED');
  return [
    ...pending.map(({ id }) => ({ path: `refunds/${id}/${chance.weighted({ complete: 60, fail: 40 })}` })),
    ...open.map(({ id }) => ({
      path: `disputes/${id}/${chance.weighted({ review: 20, win: 35, lose: 35, cancel: 10 })}`,
    })),
  ];
}

async function movesAtApple(world: World): Promise<Act[]> {
  const given = (await lookAtApple(world)).filter(({ revocationDate }) => revocationDate !== undefined);
  return given.map(({ transactionId }) => ({ path: `transactions/${transactionId}/reverse` }));
}
