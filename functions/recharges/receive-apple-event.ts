import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { connectApple } from '../../shared/recharges/apple-connection.ts';
import { ReceiveAppleEventEnvironment } from '../../shared/recharges/environments.ts';
import { receiveAppleEvent } from '../../shared/recharges/receive-apple-event.ts';
import { receiveAppleEventRoute } from '../../shared/recharges/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

/** Only the answer to a request for consumption calls Apple. */
const appleTimeoutSeconds = 8;

const environment = readEnvironment(ReceiveAppleEventEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectApple(environment, appleTimeoutSeconds);

export const handler = webhook(receiveAppleEventRoute.operationId, async ({ rawBody, now }) => {
  await receiveAppleEvent({ ledger, catalog, apple: await connect() }, { rawBody, now });
});
