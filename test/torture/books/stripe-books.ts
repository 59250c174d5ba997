import { look } from '../providers.ts';
import type { World } from '../world.ts';
import { type BookedPayment, exposure, sumOf } from './booked-payment.ts';

type Intent = {
  id: string;
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  metadata: { rechargeId?: string; userId?: string };
};

type Refund = {
  id: string;
  amount: number;
  payment_intent: string;
  status: 'pending' | 'succeeded' | 'failed';
  metadata: { claimId?: string };
};

/** Money that goes back, as Stripe's simulator keeps it. */
export type StripeClaims = {
  refunds: Refund[];
  disputes: { id: string; amount: number; payment_intent: string; status: string }[];
};

export async function lookAtClaims({ providers }: World): Promise<StripeClaims> {
  const { refunds } = await look<Pick<StripeClaims, 'refunds'>>(providers.urls.stripe, 'refunds');
  const { disputes } = await look<Pick<StripeClaims, 'disputes'>>(providers.urls.stripe, 'disputes');
  return { refunds, disputes };
}

/** Stripe counts the currencies of the run as the ledger does. */
export async function stripePayments(world: World): Promise<BookedPayment[]> {
  const { paymentIntents } = await look<{ paymentIntents: Intent[] }>(world.providers.urls.stripe, 'payment_intents');
  const claims = await lookAtClaims(world);
  return paymentIntents.map((intent) => {
    const refunds = claims.refunds.filter(({ payment_intent }) => payment_intent === intent.id);
    const disputes = claims.disputes.filter(({ payment_intent }) => payment_intent === intent.id);
    const gone = [
      ...refunds.filter(({ status }) => status !== 'failed'),
      ...disputes.filter(({ status }) => status === 'lost'),
    ];
    const open = disputes.filter(({ status }) => status !== 'lost' && status !== 'won');
    return {
      provider: 'stripe',
      paymentId: intent.id,
      ...{ rechargeId: intent.metadata.rechargeId, userId: intent.metadata.userId },
      quantity: 1,
      currency: intent.currency.toUpperCase(),
      asked: intent.amount,
      received: intent.amount_received,
      isPaid: intent.status === 'succeeded',
      isOver: false,
      ...exposure(intent.amount_received, { gone: sumOf(gone), atStake: sumOf(open) }),
      refunds: refunds.map(({ metadata, amount, status }) => ({
        claimId: metadata.claimId,
        amount,
        isFailed: status === 'failed',
      })),
    };
  });
}
