import { minor } from '../money/units.ts';
import type { StripePayments } from '../providers/stripe.ts';
import type { PaymentProvider } from './payment-provider.ts';

/** Stripe as recharges see it. */
export function stripeProvider(stripe: StripePayments): PaymentProvider {
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
      if (sessionId === undefined) return undefined;
      const session = await stripe.retrieveSession(sessionId);
      if (session.paymentId !== undefined) return stripe.retrievePaymentIntent(session.paymentId);
      return { status: session.status === 'expired' ? 'canceled' : 'open' };
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
