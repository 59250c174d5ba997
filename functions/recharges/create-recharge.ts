import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { CreateRechargeEnvironment } from '../../shared/recharges/environments.ts';
import { presentCheckout } from '../../shared/recharges/present-recharge.ts';
import { createRechargeRoute } from '../../shared/recharges/routes.ts';
import { connectStripe } from '../../shared/recharges/stripe-connection.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

/** Two attempts fit into the gateway's 30 seconds, with room for the tables. */
const stripeTimeoutSeconds = 8;

const environment = readEnvironment(CreateRechargeEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const payments = connectStripe(environment, stripeTimeoutSeconds);

export const handler = endpoint(createRechargeRoute, async ({ body, idempotencyKey, now }) => {
  const checkout = await createRecharge({ ledger, catalog, payments }, { ...body, rechargeId: idempotencyKey }, now);
  if (isRefusal(checkout)) return checkout;
  return { value: presentCheckout(checkout.order, checkout.clientSecret), replayed: checkout.replayed };
});
