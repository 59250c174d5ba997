import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { webhook } from '../../../shared/http/webhook.ts';
import { decideApproval } from '../../../shared/payouts/approve-payout.ts';
import { findPayout } from '../../../shared/payouts/find-payouts.ts';
import { PayoutMessage } from '../../../shared/payouts/messages.ts';
import { approvePayoutRoute } from '../../../shared/payouts/operation-routes.ts';
import type { PayoutProviders } from '../../../shared/payouts/payout-provider.ts';
import { payPalPayoutProvider } from '../../../shared/payouts/paypal-payout-provider.ts';
import { presentPayout } from '../../../shared/payouts/present-payout.ts';
import { receivePayPalEvent } from '../../../shared/payouts/receive-paypal-event.ts';
import { receiveStripeConnectEvent } from '../../../shared/payouts/receive-stripe-connect-event.ts';
import { requestPayout } from '../../../shared/payouts/request-payout.ts';
import { getPayoutRoute, requestPayoutRoute } from '../../../shared/payouts/routes.ts';
import { stripePayoutProvider } from '../../../shared/payouts/stripe-payout-provider.ts';
import { submitPayouts } from '../../../shared/payouts/submit-payouts.ts';
import { sweepPayouts } from '../../../shared/payouts/sweep-payouts.ts';
import { receivePayPalEventRoute, receiveStripeConnectEventRoute } from '../../../shared/payouts/webhook-routes.ts';
import { queueBatchWorker } from '../../../shared/queue/queue-worker.ts';
import { scheduledJob } from '../../../shared/queue/scheduled-job.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import { type Connections, connectSecrets } from '../providers.ts';
import type { Cloud } from './cloud.ts';

function payoutProviders(connections: Connections): PayoutProviders {
  const { payouts } = connections.connectPayPal();
  const bank = stripePayoutProvider(connections.connectBanks());
  return { paypal: async () => payPalPayoutProvider(payouts), bank: async () => bank };
}

/** The functions that pay creators, wired as their files under `functions/` wire them. */
export const payoutFunctions = {
  'request-payout'({ ledger, catalogTable, payouts }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(requestPayoutRoute, async ({ body, idempotencyKey, caller, now }) => {
      const { creatorId, diamonds: asked } = body;
      const command = { payoutId: idempotencyKey, creatorId, asked, requestedBy: caller, now };
      const requested = await requestPayout({ ledger, catalog, payouts }, command);
      if (isRefusal(requested)) return requested;
      return { value: presentPayout(requested.payout), replayed: requested.replayed };
    });
  },

  'get-payout'({ ledger }: Cloud) {
    return endpoint(getPayoutRoute, async ({ parameters }) => {
      const payout = await findPayout(ledger, parameters.payoutId);
      return isRefusal(payout) ? payout : { value: presentPayout(payout) };
    });
  },

  'approve-payout'({ ledger, payouts }: Cloud) {
    return endpoint(approvePayoutRoute, async ({ parameters, body, caller, now }) => {
      const payout = await decideApproval({ ledger, payouts }, { ...parameters, ...body, decidedBy: caller, now });
      return isRefusal(payout) ? payout : { value: presentPayout(payout) };
    });
  },

  'submit-payout'({ ledger, providers }: Cloud) {
    const stores = { ledger, providers: payoutProviders(providers) };
    return queueBatchWorker(PayoutMessage, async (messages, run) => {
      const payoutIds = messages.map(({ payoutId }) => payoutId);
      const failures = await submitPayouts(stores, { payoutIds, ...run });
      return payoutIds.map((payoutId) => failures.get(payoutId));
    });
  },

  'sweep-payouts'({ ledger, payouts, providers }: Cloud) {
    return scheduledJob((run) => sweepPayouts({ ledger, payouts, providers: payoutProviders(providers) }, run));
  },

  'receive-paypal-event'({ ledger, catalogTable, providers }: Cloud) {
    const paypal = providers.connectPayPal();
    const catalog = openCatalog(catalogTable);
    return webhook(receivePayPalEventRoute.operationId, async (delivery) => {
      await receivePayPalEvent({ ledger, catalog, paypal }, delivery);
      return undefined;
    });
  },

  'receive-stripe-connect-event'({ ledger, providers }: Cloud) {
    const provider = stripePayoutProvider(providers.connectBanks());
    const webhookSecrets = [connectSecrets.connectWebhookSecret, connectSecrets.accountWebhookSecret];
    return webhook(receiveStripeConnectEventRoute.operationId, ({ rawBody, headers, now }) => {
      const delivery = { rawBody, signatureHeader: headers['stripe-signature'], webhookSecrets, now };
      return receiveStripeConnectEvent({ ledger, provider }, delivery);
    });
  },
};
