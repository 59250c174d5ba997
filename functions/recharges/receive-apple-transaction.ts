import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectAppleVerifier } from '../../shared/recharges/apple-connection.ts';
import { ReceiveAppleTransactionEnvironment } from '../../shared/recharges/environments.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { receiveAppleTransaction } from '../../shared/recharges/receive-apple-transaction.ts';
import { receiveAppleTransactionRoute } from '../../shared/recharges/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReceiveAppleTransactionEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectAppleVerifier(environment);

export const handler = endpoint(receiveAppleTransactionRoute, async ({ parameters, body, now }) => {
  const stores = { ledger, catalog, verifier: await connect() };
  const order = await receiveAppleTransaction(stores, { ...parameters, ...body, now });
  return isRefusal(order) ? order : { value: presentRecharge(order) };
});
