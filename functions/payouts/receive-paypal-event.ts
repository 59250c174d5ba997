import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { ReceivePayPalEventEnvironment } from '../../shared/payouts/environments.ts';
import { openPayPal } from '../../shared/payouts/open-paypal.ts';
import { receivePayPalEvent } from '../../shared/payouts/receive-paypal-event.ts';
import { receivePayPalEventRoute } from '../../shared/payouts/webhook-routes.ts';
import { connectPayPalOrders } from '../../shared/recharges/paypal-connection.ts';
import { connectTable } from '../../shared/store/table.ts';

/** As for the payouts' calls; one that takes longer is made again when PayPal delivers again. */
const payPalTimeoutSeconds = 8;

const environment = readEnvironment(ReceivePayPalEventEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const openPayouts = openPayPal({ secretId: environment.PAYPAL_SECRET_ID, apiUrl: environment.PAYPAL_API_URL });
const connectOrders = connectPayPalOrders(environment, payPalTimeoutSeconds);

export const handler = webhook(receivePayPalEventRoute.operationId, async (delivery) => {
  const [payouts, orders] = await Promise.all([openPayouts(), connectOrders()]);
  await receivePayPalEvent({ ledger, catalog, paypal: { ...payouts, orders } }, delivery);
  return undefined;
});
