import { getHealthRoute, getOpenApiRoute } from './api/routes.ts';
import { listGiftsRoute, listPackagesRoute } from './catalog/routes.ts';
import { getEarningsRoute, listCreatorEntriesRoute, putCreatorRoute } from './earnings/routes.ts';
import {
  deleteWebhookEndpointRoute,
  listWebhookEndpointsRoute,
  putWebhookEndpointRoute,
  redriveWebhooksRoute,
  replayEventsRoute,
} from './events/routes.ts';
import { getGiftRoute, sendGiftRoute } from './gifts/routes.ts';
import type { Route } from './http/route.ts';
import { decideParkedEventRoute, listParkedEventsRoute } from './operations/parked-event-routes.ts';
import { getRefundEvidenceRoute } from './operations/refund-evidence-routes.ts';
import { getAuditRoute, grantCoinsRoute, setWalletStatusRoute } from './operations/routes.ts';
import {
  getPayoutRunRoute,
  listPayoutRunsRoute,
  resumePayoutRunRoute,
  startPayoutRunRoute,
  stopPayoutRunRoute,
} from './payout-runs/routes.ts';
import { getPayoutHoldRoute, setPayoutHoldRoute } from './payouts/hold-routes.ts';
import { approvePayoutRoute } from './payouts/operation-routes.ts';
import { getPayoutRoute, listPayoutsRoute, putPayoutProfileRoute, requestPayoutRoute } from './payouts/routes.ts';
import { receivePayPalEventRoute, receiveStripeConnectEventRoute } from './payouts/webhook-routes.ts';
import { receiveGoogleEventRoute, receiveGooglePurchaseRoute } from './recharges/google-routes.ts';
import {
  createRechargeRoute,
  getRechargeRoute,
  receiveAppleEventRoute,
  receiveAppleTransactionRoute,
  receiveStripeEventRoute,
} from './recharges/routes.ts';
import { withdrawRechargeRoute } from './recharges/withdrawal-routes.ts';
import { listReconciliationsRoute } from './reconciliations/routes.ts';
import { getStatementRoute, getTaxYearRoute, summarizeEarningsRoute } from './statements/routes.ts';
import { getWalletRoute, listWalletEntriesRoute, putUserRoute } from './users/routes.ts';

/** Every route of the API, by the capability that it belongs to, in the order in which coins travel. */
export const routesByCapability = {
  users: [putUserRoute, getWalletRoute, listWalletEntriesRoute],
  catalog: [listPackagesRoute, listGiftsRoute],
  recharges: [
    createRechargeRoute,
    getRechargeRoute,
    withdrawRechargeRoute,
    receiveStripeEventRoute,
    receiveAppleTransactionRoute,
    receiveAppleEventRoute,
    receiveGooglePurchaseRoute,
    receiveGoogleEventRoute,
  ],
  gifts: [sendGiftRoute, getGiftRoute],
  earnings: [putCreatorRoute, getEarningsRoute, listCreatorEntriesRoute],
  statements: [summarizeEarningsRoute, getStatementRoute, getTaxYearRoute],
  payouts: [
    putPayoutProfileRoute,
    requestPayoutRoute,
    getPayoutRoute,
    listPayoutsRoute,
    approvePayoutRoute,
    setPayoutHoldRoute,
    getPayoutHoldRoute,
    startPayoutRunRoute,
    listPayoutRunsRoute,
    getPayoutRunRoute,
    stopPayoutRunRoute,
    resumePayoutRunRoute,
    receivePayPalEventRoute,
    receiveStripeConnectEventRoute,
  ],
  events: [
    putWebhookEndpointRoute,
    listWebhookEndpointsRoute,
    deleteWebhookEndpointRoute,
    redriveWebhooksRoute,
    replayEventsRoute,
  ],
  operations: [
    listParkedEventsRoute,
    decideParkedEventRoute,
    getRefundEvidenceRoute,
    listReconciliationsRoute,
    setWalletStatusRoute,
    grantCoinsRoute,
    getAuditRoute,
  ],
  api: [getHealthRoute, getOpenApiRoute],
} as const satisfies Record<string, readonly Route[]>;

export const routes: readonly Route[] = Object.values(routesByCapability).flat();
