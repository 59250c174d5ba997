import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { ReceiveGooglePurchaseEnvironment } from '../../shared/recharges/environments.ts';
import { connectGooglePlay } from '../../shared/recharges/google-connection.ts';
import { receiveGooglePurchaseRoute } from '../../shared/recharges/google-routes.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { receiveSentPurchase } from '../../shared/recharges/receive-sent-google-purchase.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A token, the purchase, its order and the consumption fit into the gateway's 30 seconds. */
const googleTimeoutSeconds = 6;

const environment = readEnvironment(ReceiveGooglePurchaseEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectGooglePlay(environment, googleTimeoutSeconds);

export const handler = endpoint(receiveGooglePurchaseRoute, async ({ parameters, body, now }) => {
  const stores = { ledger, catalog, ...(await connect()) };
  const order = await receiveSentPurchase(stores, { ...parameters, ...body, now });
  return isRefusal(order) ? order : { value: presentRecharge(order) };
});
