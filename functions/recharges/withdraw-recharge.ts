import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { WithdrawRechargeEnvironment } from '../../shared/recharges/environments.ts';
import { connectPayPal } from '../../shared/recharges/paypal-connection.ts';
import { requestWithdrawal } from '../../shared/recharges/request-withdrawal.ts';
import { connectStripe } from '../../shared/recharges/stripe-connection.ts';
import { presentWithdrawal, withdrawRechargeRoute } from '../../shared/recharges/withdrawal-routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

/** Two attempts of two calls fit into the gateway's 30 seconds, with room for the tables. */
const stripeTimeoutSeconds = 5;

/** A token, the order, its refund and the refund again: as many calls fit in. */
const payPalTimeoutSeconds = 5;

const environment = readEnvironment(WithdrawRechargeEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const providers = {
  stripe: connectStripe(environment, stripeTimeoutSeconds),
  paypal: connectPayPal(environment, payPalTimeoutSeconds),
};

export const handler = endpoint(withdrawRechargeRoute, async ({ parameters, idempotencyKey, now }) => {
  const command = { ...parameters, withdrawalId: idempotencyKey };
  const withdrawn = await requestWithdrawal({ ledger, catalog, providers }, command, now);
  if (isRefusal(withdrawn)) return withdrawn;
  return { value: presentWithdrawal(withdrawn.withdrawal), replayed: withdrawn.replayed };
});
