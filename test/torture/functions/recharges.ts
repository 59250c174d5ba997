import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { webhook } from '../../../shared/http/webhook.ts';
import { scheduledJob } from '../../../shared/queue/scheduled-job.ts';
import { appleProvider } from '../../../shared/recharges/apple-provider.ts';
import { createRecharge } from '../../../shared/recharges/create-recharge.ts';
import { getRecharge } from '../../../shared/recharges/find-recharge.ts';
import { googleProvider } from '../../../shared/recharges/google-provider.ts';
import type { PaymentProviders } from '../../../shared/recharges/payment-provider.ts';
import { payPalProvider } from '../../../shared/recharges/paypal-provider.ts';
import { presentRecharge } from '../../../shared/recharges/present-recharge.ts';
import { receiveStripeEvent } from '../../../shared/recharges/receive-stripe-event.ts';
import { requestWithdrawal } from '../../../shared/recharges/request-withdrawal.ts';
import { createRechargeRoute, getRechargeRoute, receiveStripeEventRoute } from '../../../shared/recharges/routes.ts';
import { stripeProvider } from '../../../shared/recharges/stripe-provider.ts';
import { sweepRecharges } from '../../../shared/recharges/sweep-recharges.ts';
import { sweepWithdrawals } from '../../../shared/recharges/sweep-withdrawals.ts';
import { presentWithdrawal, withdrawRechargeRoute } from '../../../shared/recharges/withdrawal-routes.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import { webhookSecret } from '../providers.ts';
import type { Cloud } from './cloud.ts';

/** The functions that sell coins through any provider, wired as their files under `functions/` wire them. */
export const rechargeFunctions = {
  'create-recharge'({ ledger, catalogTable, providers }: Cloud) {
    const stores = { ledger, catalog: openCatalog(catalogTable), providers: connectAll(providers) };
    return endpoint(createRechargeRoute, async ({ body, idempotencyKey, now }) => {
      const ordered = await createRecharge(stores, { ...body, rechargeId: idempotencyKey }, now);
      if (isRefusal(ordered)) return ordered;
      return { value: presentRecharge(ordered.order, ordered.checkout), replayed: ordered.replayed };
    });
  },

  'get-recharge'({ ledger }: Cloud) {
    return endpoint(getRechargeRoute, async ({ parameters }) => {
      const order = await getRecharge(ledger, parameters.rechargeId);
      return isRefusal(order) ? order : { value: presentRecharge(order) };
    });
  },

  'receive-stripe-event'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return webhook(receiveStripeEventRoute.operationId, ({ rawBody, headers, now }) => {
      const signatureHeader = headers['stripe-signature'];
      return receiveStripeEvent({ ledger, catalog }, { rawBody, signatureHeader, webhookSecret, now });
    });
  },

  'sweep-recharges'({ ledger, catalogTable, providers: connections }: Cloud) {
    const catalog = openCatalog(catalogTable);
    const providers = connectAll(connections);
    return scheduledJob(async (run) => ({
      withdrawals: await sweepWithdrawals({ ledger, providers }, run),
      recharges: await sweepRecharges({ ledger, catalog, providers }, run),
    }));
  },

  'withdraw-recharge'({ ledger, catalogTable, providers }: Cloud) {
    const { stripe, paypal } = connectAll(providers);
    const stores = { ledger, catalog: openCatalog(catalogTable), providers: { stripe, paypal } };
    return endpoint(withdrawRechargeRoute, async ({ parameters, idempotencyKey, now }) => {
      const withdrawn = await requestWithdrawal(stores, { ...parameters, withdrawalId: idempotencyKey }, now);
      if (isRefusal(withdrawn)) return withdrawn;
      return { value: presentWithdrawal(withdrawn.withdrawal), replayed: withdrawn.replayed };
    });
  },
};

function connectAll({ connectStripe, connectPayPal }: Cloud['providers']) {
  const stripe = stripeProvider(connectStripe());
  const paypal = payPalProvider(connectPayPal().orders);
  return {
    stripe: async () => stripe,
    paypal: async () => paypal,
    apple: async () => appleProvider(),
    google: async () => googleProvider(),
  } satisfies PaymentProviders;
}
