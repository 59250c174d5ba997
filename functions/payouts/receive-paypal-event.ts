import { readEnvironment } from '../../shared/environment.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { ReceivePayPalEventEnvironment } from '../../shared/payouts/environments.ts';
import { openPayPal } from '../../shared/payouts/open-paypal.ts';
import { receivePayPalEvent } from '../../shared/payouts/receive-paypal-event.ts';
import { receivePayPalEventRoute } from '../../shared/payouts/webhook-routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReceivePayPalEventEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const paypal = openPayPal({ secretId: environment.PAYPAL_SECRET_ID, apiUrl: environment.PAYPAL_API_URL });

export const handler = webhook(receivePayPalEventRoute.operationId, async (delivery) => {
  await receivePayPalEvent({ ledger, paypal: await paypal() }, delivery);
  return undefined;
});
