import { readEnvironment } from '../../shared/environment.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { ReceiveStripeConnectEventEnvironment } from '../../shared/payouts/environments.ts';
import { openStripeConnect } from '../../shared/payouts/open-stripe-connect.ts';
import { receiveStripeConnectEvent } from '../../shared/payouts/receive-stripe-connect-event.ts';
import { stripePayoutProvider } from '../../shared/payouts/stripe-payout-provider.ts';
import { receiveStripeConnectEventRoute } from '../../shared/payouts/webhook-routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReceiveStripeConnectEventEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const openConnect = openStripeConnect(environment);

export const handler = webhook(receiveStripeConnectEventRoute.operationId, async ({ rawBody, headers, now }) => {
  const { connect, webhookSecrets } = await openConnect();
  const signatureHeader = headers['stripe-signature'];
  const provider = stripePayoutProvider(connect);
  await receiveStripeConnectEvent({ ledger, provider }, { rawBody, signatureHeader, webhookSecrets, now });
});
