import { exposureOf } from '../../../shared/recharges/claims.ts';
import type { Recharge } from '../../../shared/store/items/recharge.ts';
import { subjects } from '../history.ts';
import type { StripeClaims } from '../traffic/claims.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** What Stripe gave back or may give back must be what the orders say, and the coins must be where that wants them. */
export function judgeClaims({ history }: World, { recharges }: Snapshot, claims: StripeClaims): void {
  for (const recharge of recharges.filter(({ state }) => state === 'paid')) {
    const subject = subjects.recharge(recharge.rechargeId);
    const wanted = exposureAtStripe(recharge, claims);
    const known = exposureOf(recharge);
    if (known.goneMinor !== wanted.gone || known.atStakeMinor !== wanted.atStake)
      history.violate(subject, `knows of ${JSON.stringify(known)}, and Stripe of ${JSON.stringify(wanted)}`);
    if ((recharge.back?.minor ?? 0) !== wanted.gone)
      history.violate(subject, `gave ${recharge.back?.minor ?? 0} back, and Stripe ${wanted.gone}`);
  }
}

function exposureAtStripe({ paymentId, priceMinor }: Recharge, { refunds, disputes }: StripeClaims) {
  const ours = <Claim extends { payment_intent: string }>(all: Claim[]) =>
    all.filter(({ payment_intent }) => payment_intent === paymentId);
  const sum = (all: { amount: number }[]) => all.reduce((total, { amount }) => total + amount, 0);
  const refunded = sum(ours(refunds).filter(({ status }) => status !== 'failed'));
  const lost = sum(ours(disputes).filter(({ status }) => status === 'lost'));
  const open = sum(ours(disputes).filter(({ status }) => status !== 'lost' && status !== 'won'));
  const gone = Math.min(priceMinor, refunded + lost);
  return { gone, atStake: Math.min(priceMinor - gone, open) };
}
