import { getHealthRoute, getOpenApiRoute } from './api/routes.ts';
import { listGiftsRoute, listPackagesRoute } from './catalog/routes.ts';
import { getEarningsRoute, listCreatorEntriesRoute, putCreatorRoute } from './earnings/routes.ts';
import { getGiftRoute, sendGiftRoute } from './gifts/routes.ts';
import type { Route } from './http/route.ts';
import { getAuditRoute, grantCoinsRoute, setWalletStatusRoute } from './operations/routes.ts';
import {
  approvePayoutRoute,
  getPayoutRunRoute,
  startPayoutRunRoute,
  stopPayoutRunRoute,
} from './payouts/operation-routes.ts';
import { getPayoutRoute, listPayoutsRoute, putPayoutProfileRoute, requestPayoutRoute } from './payouts/routes.ts';
import { receivePayPalEventRoute } from './payouts/webhook-routes.ts';
import { createRechargeRoute, getRechargeRoute, receiveStripeEventRoute } from './recharges/routes.ts';
import { getWalletRoute, listWalletEntriesRoute, putUserRoute } from './users/routes.ts';

/** Every route of the API, by the capability that it belongs to, in the order in which coins travel. */
export const routesByCapability = {
  users: [putUserRoute, getWalletRoute, listWalletEntriesRoute],
  catalog: [listPackagesRoute, listGiftsRoute],
  recharges: [createRechargeRoute, getRechargeRoute, receiveStripeEventRoute],
  gifts: [sendGiftRoute, getGiftRoute],
  earnings: [putCreatorRoute, getEarningsRoute, listCreatorEntriesRoute],
  payouts: [
    putPayoutProfileRoute,
    requestPayoutRoute,
    getPayoutRoute,
    listPayoutsRoute,
    approvePayoutRoute,
    startPayoutRunRoute,
    getPayoutRunRoute,
    stopPayoutRunRoute,
    receivePayPalEventRoute,
  ],
  operations: [setWalletStatusRoute, grantCoinsRoute, getAuditRoute],
  api: [getHealthRoute, getOpenApiRoute],
} as const satisfies Record<string, readonly Route[]>;

export const routes: readonly Route[] = Object.values(routesByCapability).flat();
