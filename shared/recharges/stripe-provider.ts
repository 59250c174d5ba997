import { minor } from '../money/units.ts';
import type { Payment } from '../providers/payment.ts';
import type { StripePayments } from '../providers/stripe.ts';
import type { StripeSession } from '../providers/stripe-session.ts';
import type { PaymentProvider, Unpaid } from './payment-provider.ts';

/** Stripe as recharges see it. */
export function stripeProvider(stripe: StripePayments): PaymentProvider {
  /** A session that is over lets nobody pay, whatever became of the attempts that were made in it. */
  async function paymentIn({ status, paymentId }: StripeSession): Promise<Payment | Unpaid> {
    if (status === 'expired') return { status: 'canceled' };
    return paymentId === undefined ? { status: 'open' } : stripe.retrievePaymentIntent(paymentId);
  }

  return {
    async open({ rechargeId, userId, priceMinor, currency, coins, bonusCoins, checkout, createdAt, expiresAt }) {
      const description = `${coins + bonusCoins} coins`;
      const amountMinor = minor(priceMinor);
      const payment = { rechargeId, userId, amountMinor, currency, description };
      if (checkout?.type === 'session') {
        const { successUrl, cancelUrl } = checkout;
        const until = sessionEnd({ createdAt, expiresAt });
        const { sessionId, url } = await stripe.createSession({ ...payment, successUrl, cancelUrl, expiresAt: until });
        return { sessionId, checkout: { provider: 'stripe', sessionId, ...(url !== undefined && { url }) } };
      }
      const opened = await stripe.createPaymentIntent(payment);
      const { paymentId, clientSecret } = opened;
      return { paymentId, checkout: { provider: 'stripe', paymentIntentId: paymentId, clientSecret } };
    },

    async find({ paymentId, sessionId }) {
      if (paymentId !== undefined) return stripe.retrievePaymentIntent(paymentId);
      return sessionId === undefined ? undefined : paymentIn(await stripe.retrieveSession(sessionId));
    },

    async cancel({ paymentId, sessionId }) {
      if (sessionId !== undefined) return paymentIn(await stripe.expireSession(sessionId));
      return paymentId === undefined ? undefined : stripe.cancelPaymentIntent(paymentId);
    },

    async refund({ rechargeId, paymentId, currency }, wanted) {
      if (paymentId === undefined) throw new Error(`The recharge ${rechargeId} has no payment to give back.`);
      return stripe.refund({ paymentId, currency, ...wanted });
    },
  };
}

const minuteMilliseconds = 60_000;

/**
 * When a Checkout Session ends. Stripe wants between 30 minutes and 24 hours from the moment it is made, which is at most
 * 23 hours after the order (see `isPayable`), and the time must be the same whenever the request is repeated.
 */
function sessionEnd({ createdAt, expiresAt }: { createdAt: string; expiresAt: string }): Date {
  const lastOpened = Math.min(Date.parse(expiresAt), Date.parse(createdAt) + 23 * 60 * minuteMilliseconds);
  return new Date(lastOpened + 31 * minuteMilliseconds);
}
