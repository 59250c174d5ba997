import { subjects } from '../history.ts';
import { look, steer } from '../providers.ts';
import type { World } from '../world.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { rechargeOf } from './recharges.ts';

/** Money that goes back, as Stripe's simulator keeps it. */
export type StripeClaims = {
  refunds: { id: string; amount: number; payment_intent: string; status: 'pending' | 'succeeded' | 'failed' }[];
  disputes: { id: string; amount: number; payment_intent: string; status: string }[];
};

export async function lookAtClaims({ providers }: World): Promise<StripeClaims> {
  const { refunds } = await look<Pick<StripeClaims, 'refunds'>>(providers.stripeUrl, 'refunds');
  const { disputes } = await look<Pick<StripeClaims, 'disputes'>>(providers.stripeUrl, 'disputes');
  return { refunds, disputes };
}

/** Somebody wants the money for an earlier recharge back: in the dashboard, or at their bank; the whole of it or a part. */
export async function claimBack(operation: Operation): Promise<void> {
  const { world, chance, number } = operation;
  const earlier = earlierOperation(operation, 'recharge');
  if (!earlier) return;
  const { rechargeId } = rechargeOf(earlier);
  const intent = world.payments.get(rechargeId);
  if (intent === undefined) return;
  const how = chance.weighted({ refund: 60, dispute: 30, warn: 10 });
  const amount = chance.happens(0.5) ? {} : { amount: chance.pick([1, 37, 100, 449]) };
  const status = chance.happens(0.3) ? { status: 'pending' } : {};
  const body = { refund: { ...amount, ...status }, dispute: amount, warn: {} }[how];
  const done = await steer(world.providers.stripeUrl, `payment_intents/${intent}/${how}`, body);
  if (done) world.history.note([subjects.recharge(rechargeId)], `${number} Stripe: ${how} ${JSON.stringify(body)}`);
}

const moves = { refunds: { succeed: 50, fail: 50 }, disputes: { review: 20, won: 40, lost: 40 } };

/** A refund arrives or fails, a bank decides. */
export async function moveClaim({ world, chance, number }: Operation): Promise<void> {
  const claims = await lookAtClaims(world);
  const kind = chance.happens(0.4) ? 'refunds' : 'disputes';
  const recent = claims[kind].slice(-8);
  const claim = recent[chance.below(recent.length)];
  if (!claim) return;
  const move = chance.weighted<string>(moves[kind]);
  const done = await steer(world.providers.stripeUrl, `${kind}/${claim.id}/${move}`);
  if (done) world.history.note([], `${number} Stripe: ${claim.id} ${move}`);
}
