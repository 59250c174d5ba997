import { closeAccountRoute, eraseUserRoute, exportUserRoute } from './accounts/routes.ts';
import { getHealthRoute, getOpenApiRoute } from './api/routes.ts';
import { listCampaignsRoute } from './campaigns/routes.ts';
import {
  decideProposalRoute,
  getCatalogRoute,
  getCatalogVersionRoute,
  getProposalRoute,
  listCatalogVersionsRoute,
  listProposalsRoute,
  proposeVersionRoute,
  withdrawVersionRoute,
} from './catalog/operation-routes.ts';
import { listGiftsRoute, listPackagesRoute } from './catalog/routes.ts';
import { getEarningsRoute, listCreatorEntriesRoute, putCreatorRoute } from './earnings/routes.ts';
import {
  deleteWebhookEndpointRoute,
  listWebhookEndpointsRoute,
  putWebhookEndpointRoute,
  redriveWebhooksRoute,
  replayEventsRoute,
} from './events/routes.ts';
import { billGiftRoute } from './gifts/billing-routes.ts';
import { getComboRoute, getGiftRoute, sendGiftRoute } from './gifts/routes.ts';
import {
  agreeOnGuardianRoute,
  decideApprovalRoute,
  getWardWalletRoute,
  listApprovalsRoute,
  listWardEntriesRoute,
  setGuardianRulesRoute,
} from './guardians/routes.ts';
import type { Route } from './http/route.ts';
import {
  getCreatorLeaderboardRoute,
  getLiveLeaderboardRoute,
  rebuildLeaderboardRoute,
  setVisibilityRoute,
} from './leaderboards/routes.ts';
import { getCreatorLevelRoute, getUserLevelRoute } from './levels/routes.ts';
import { decideParkedEventRoute, listParkedEventsRoute } from './operations/parked-event-routes.ts';
import { getRefundEvidenceRoute } from './operations/refund-evidence-routes.ts';
import { getAuditRoute, grantCoinsRoute, setWalletStatusRoute } from './operations/routes.ts';
import { listRuleChangesRoute, setAgeDoubtRoute, setTierRoute } from './operations/rule-routes.ts';
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
import { enterChallengeRoute, listChallengesRoute } from './rewards/routes.ts';
import { receiveAdMobRewardRoute, receiveAdRewardRoute } from './rewards/webhook-routes.ts';
import { getGoodsOrderRoute, orderGoodsRoute, settleGoodsOrderRoute } from './shop/goods-routes.ts';
import {
  changeStockRoute,
  createCodeBatchRoute,
  getStockRoute,
  listCodeBatchesRoute,
  setCodeBatchStatusRoute,
} from './shop/operation-routes.ts';
import {
  endPromotionRoute,
  getPromotionRoute,
  reportPromotionSpendingRoute,
  startPromotionRoute,
} from './shop/promotion-routes.ts';
import { listEntitlementsRoute, listItemsRoute, purchaseItemRoute, redeemCodeRoute } from './shop/routes.ts';
import { getStatementRoute, getTaxYearRoute, summarizeEarningsRoute } from './statements/routes.ts';
import { getWalletRoute, listWalletEntriesRoute, putUserRoute } from './users/routes.ts';
import { reportAgeDoubtRoute, setLimitsRoute, takeBreakRoute } from './users/rule-routes.ts';

/** Every route of the API, by the capability that it belongs to, in the order in which coins travel. */
export const routesByCapability = {
  accounts: [closeAccountRoute, eraseUserRoute, exportUserRoute],
  users: [putUserRoute, getWalletRoute, listWalletEntriesRoute, setLimitsRoute, takeBreakRoute, reportAgeDoubtRoute],
  guardians: [
    agreeOnGuardianRoute,
    setGuardianRulesRoute,
    getWardWalletRoute,
    listWardEntriesRoute,
    listApprovalsRoute,
    decideApprovalRoute,
  ],
  catalog: [
    listPackagesRoute,
    listGiftsRoute,
    listItemsRoute,
    getCatalogRoute,
    listCatalogVersionsRoute,
    getCatalogVersionRoute,
    proposeVersionRoute,
    listProposalsRoute,
    getProposalRoute,
    decideProposalRoute,
    withdrawVersionRoute,
  ],
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
  gifts: [sendGiftRoute, getGiftRoute, getComboRoute, billGiftRoute],
  shop: [
    purchaseItemRoute,
    listEntitlementsRoute,
    startPromotionRoute,
    getPromotionRoute,
    reportPromotionSpendingRoute,
    endPromotionRoute,
    orderGoodsRoute,
    getGoodsOrderRoute,
    settleGoodsOrderRoute,
    redeemCodeRoute,
    changeStockRoute,
    getStockRoute,
    createCodeBatchRoute,
    listCodeBatchesRoute,
    setCodeBatchStatusRoute,
  ],
  campaigns: [listCampaignsRoute],
  rewards: [listChallengesRoute, enterChallengeRoute, receiveAdRewardRoute, receiveAdMobRewardRoute],
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
  leaderboards: [getLiveLeaderboardRoute, getCreatorLeaderboardRoute, setVisibilityRoute, rebuildLeaderboardRoute],
  levels: [getUserLevelRoute, getCreatorLevelRoute],
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
    setTierRoute,
    setAgeDoubtRoute,
    listRuleChangesRoute,
    getAuditRoute,
  ],
  api: [getHealthRoute, getOpenApiRoute],
} as const satisfies Record<string, readonly Route[]>;

export const routes: readonly Route[] = Object.values(routesByCapability).flat();
