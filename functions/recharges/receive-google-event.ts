import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { ReceiveGoogleEventEnvironment } from '../../shared/recharges/environments.ts';
import { connectGooglePlay, connectGooglePush } from '../../shared/recharges/google-connection.ts';
import { receiveGoogleEventRoute } from '../../shared/recharges/google-routes.ts';
import { receiveGoogleEvent } from '../../shared/recharges/receive-google-event.ts';
import { connectTable } from '../../shared/store/table.ts';

/** Google's certificates, a token, the purchase, its order and the consumption fit into the gateway's 30 seconds. */
const googleTimeoutSeconds = 5;

const environment = readEnvironment(ReceiveGoogleEventEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connectPlay = connectGooglePlay(environment, googleTimeoutSeconds);
const connectPush = connectGooglePush(environment, googleTimeoutSeconds);

export const handler = webhook(receiveGoogleEventRoute.operationId, async ({ rawBody, headers, now }) => {
  const [access, push] = await Promise.all([connectPlay(), connectPush()]);
  const { authorization } = headers;
  await receiveGoogleEvent({ ledger, catalog, ...access }, { ...push, rawBody, authorization, now });
});
