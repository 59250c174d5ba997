import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';

export const receivePayPalEventRoute = defineRoute({
  operationId: 'receivePayPalEvent',
  method: 'POST',
  path: '/v1/webhooks/paypal',
  summary: "Receive PayPal's events",
  description:
    'For PayPal alone, whose signature is the proof. Subscribe the webhook to all events of payout items ' +
    '(`PAYMENT.PAYOUTS-ITEM.*`), of captures (`PAYMENT.CAPTURE.*`) and of disputes (`CUSTOMER.DISPUTE.*`), and to ' +
    '`CHECKOUT.ORDER.APPROVED`; other events are answered and change nothing. What an event says is asked of PayPal again. ' +
    'An event may come any number of times and in any order.',
  signatureHeaders: [
    'PayPal-Transmission-Id',
    'PayPal-Transmission-Time',
    'PayPal-Cert-Url',
    'PayPal-Auth-Algo',
    'PayPal-Transmission-Sig',
  ],
  status: 200,
  answer: z.object({ received: z.literal(true) }),
  refusals: ['webhook_rejected', 'body_too_large'],
  examples: { answer: { received: true } },
});

export const receiveStripeConnectEventRoute = defineRoute({
  operationId: 'receiveStripeConnectEvent',
  method: 'POST',
  path: '/v1/webhooks/stripe-connect',
  summary: "Receive Stripe Connect's events",
  description:
    'For Stripe alone, whose signature is the proof. Two endpoints at Stripe send to this address, each signing with a secret of ' +
    'its own: one for events on connected accounts (`payout.created`, `payout.updated`, `payout.paid`, `payout.failed`, ' +
    '`payout.canceled`), one for events on your account (`transfer.reversed`). Other events are answered and change nothing. ' +
    'What an event says is asked of Stripe again. An event may come any number of times and in any order.',
  signatureHeaders: ['Stripe-Signature'],
  status: 200,
  answer: z.object({ received: z.literal(true) }),
  refusals: ['webhook_rejected', 'body_too_large'],
  examples: { answer: { received: true } },
});
