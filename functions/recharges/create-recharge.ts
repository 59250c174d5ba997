import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { appleProvider } from '../../shared/recharges/apple-provider.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { CreateRechargeEnvironment } from '../../shared/recharges/environments.ts';
import { googleProvider } from '../../shared/recharges/google-provider.ts';
import { connectPayPal } from '../../shared/recharges/paypal-connection.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { createRechargeRoute } from '../../shared/recharges/routes.ts';
import { connectStripe } from '../../shared/recharges/stripe-connection.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

/** Two attempts fit into the gateway's 30 seconds, with room for the tables. */
const stripeTimeoutSeconds = 8;

/** A token and the order, and both again when the token was refused, fit into the gateway's 30 seconds. */
const payPalTimeoutSeconds = 6;

const environment = readEnvironment(CreateRechargeEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const providers = {
  stripe: connectStripe(environment, stripeTimeoutSeconds),
  paypal: connectPayPal(environment, payPalTimeoutSeconds),
  apple: async () => appleProvider(),
  google: async () => googleProvider(),
};

export const handler = endpoint(createRechargeRoute, async ({ body, idempotencyKey, now }) => {
  const ordered = await createRecharge({ ledger, catalog, providers }, { ...body, rechargeId: idempotencyKey }, now);
  if (isRefusal(ordered)) return ordered;
  return { value: presentRecharge(ordered.order, ordered.checkout), replayed: ordered.replayed };
});
