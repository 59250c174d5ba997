import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { ReceiveStripeEventEnvironment } from '../../shared/recharges/environments.ts';
import { receiveStripeEvent } from '../../shared/recharges/receive-stripe-event.ts';
import { receiveStripeEventRoute } from '../../shared/recharges/routes.ts';
import { openSecret, StripeSecret } from '../../shared/secrets.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReceiveStripeEventEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const readSecret = openSecret(environment.STRIPE_SECRET_ID, StripeSecret);

export const handler = webhook(receiveStripeEventRoute.operationId, async ({ rawBody, headers, now }) => {
  const { webhookSecret } = await readSecret();
  const signatureHeader = headers['stripe-signature'];
  await receiveStripeEvent({ ledger, catalog }, { rawBody, signatureHeader, webhookSecret, now });
});
