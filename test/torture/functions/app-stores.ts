import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { webhook } from '../../../shared/http/webhook.ts';
import { scheduledJob } from '../../../shared/queue/scheduled-job.ts';
import { receiveGoogleEventRoute, receiveGooglePurchaseRoute } from '../../../shared/recharges/google-routes.ts';
import { listGoogleVoids } from '../../../shared/recharges/list-google-voids.ts';
import { presentRecharge } from '../../../shared/recharges/present-recharge.ts';
import { receiveAppleEvent } from '../../../shared/recharges/receive-apple-event.ts';
import { receiveAppleTransaction } from '../../../shared/recharges/receive-apple-transaction.ts';
import { receiveGoogleEvent } from '../../../shared/recharges/receive-google-event.ts';
import { receiveSentPurchase } from '../../../shared/recharges/receive-sent-google-purchase.ts';
import { receiveAppleEventRoute, receiveAppleTransactionRoute } from '../../../shared/recharges/routes.ts';
import { sweepGooglePurchases } from '../../../shared/recharges/sweep-google-purchases.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import { packageName } from '../providers.ts';
import type { Cloud } from './cloud.ts';

/** The functions that sell coins through the App Store and Google Play, wired as their files under `functions/` wire them. */
export const appStoreFunctions = {
  'receive-apple-event'({ ledger, catalogTable, providers }: Cloud) {
    const stores = { ledger, catalog: openCatalog(catalogTable), apple: providers.connectApple() };
    return webhook(receiveAppleEventRoute.operationId, ({ rawBody, now }) =>
      receiveAppleEvent(stores, { rawBody, now }),
    );
  },

  'receive-apple-transaction'({ ledger, catalogTable, providers }: Cloud) {
    const { verifier } = providers.connectApple();
    const stores = { ledger, catalog: openCatalog(catalogTable), verifier };
    return endpoint(receiveAppleTransactionRoute, async ({ parameters, body, now }) => {
      const order = await receiveAppleTransaction(stores, { ...parameters, ...body, now });
      return isRefusal(order) ? order : { value: presentRecharge(order) };
    });
  },

  'receive-google-event'({ ledger, catalogTable, providers }: Cloud) {
    const { verify, ...access } = providers.connectGoogle();
    const stores = { ledger, catalog: openCatalog(catalogTable), ...access, creditsTests };
    return webhook(receiveGoogleEventRoute.operationId, ({ rawBody, headers, now }) =>
      receiveGoogleEvent(stores, { verify, packageName, rawBody, authorization: headers.authorization, now }),
    );
  },

  'receive-google-purchase'(cloud: Cloud) {
    const stores = googleStores(cloud);
    return endpoint(receiveGooglePurchaseRoute, async ({ parameters, body, now }) => {
      const order = await receiveSentPurchase(stores, { ...parameters, ...body, now });
      return isRefusal(order) ? order : { value: presentRecharge(order) };
    });
  },

  'sweep-google-purchases'(cloud: Cloud) {
    const stores = googleStores(cloud);
    return scheduledJob((run) => sweepGooglePurchases(stores, run));
  },

  'list-google-voids'(cloud: Cloud) {
    const stores = googleStores(cloud);
    return scheduledJob((run) => listGoogleVoids(stores, run));
  },
};

const creditsTests = false;

function googleStores({ ledger, catalogTable, providers }: Cloud) {
  const { play } = providers.connectGoogle();
  return { ledger, catalog: openCatalog(catalogTable), play, creditsTests };
}
