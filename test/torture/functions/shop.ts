import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { scheduledJob } from '../../../shared/queue/scheduled-job.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import { changeStock } from '../../../shared/shop/change-stock.ts';
import { makeCodes } from '../../../shared/shop/code-batches.ts';
import { endPromotion } from '../../../shared/shop/end-promotion.ts';
import { orderGoodsRoute, settleGoodsOrderRoute } from '../../../shared/shop/goods-routes.ts';
import { changeStockRoute, createCodeBatchRoute } from '../../../shared/shop/operation-routes.ts';
import { orderGoods } from '../../../shared/shop/order-goods.ts';
import {
  presentBatch,
  presentOrder,
  presentPromotion,
  presentPurchase,
  presentRedemption,
} from '../../../shared/shop/present.ts';
import {
  endPromotionRoute,
  reportPromotionSpendingRoute,
  startPromotionRoute,
} from '../../../shared/shop/promotion-routes.ts';
import { purchaseItem } from '../../../shared/shop/purchase-item.ts';
import { redeemCode } from '../../../shared/shop/redeem-code.ts';
import { reportSpending } from '../../../shared/shop/report-spending.ts';
import { purchaseItemRoute, redeemCodeRoute } from '../../../shared/shop/routes.ts';
import { settleOrder } from '../../../shared/shop/settle-order.ts';
import { startPromotion } from '../../../shared/shop/start-promotion.ts';
import { sweepReservations } from '../../../shared/shop/sweep-reservations.ts';
import type { Cloud } from './cloud.ts';

/** The functions by which coins buy more than gifts, wired as their files under `functions/` wire them. */
export const shopFunctions = {
  'purchase-item'(cloud: Cloud) {
    const stores = shopStores(cloud);
    return endpoint(purchaseItemRoute, async ({ body, idempotencyKey: purchaseId, now }) => {
      const purchased = await purchaseItem(stores, { ...body, purchaseId, now });
      return isRefusal(purchased) ? purchased : { value: presentPurchase(purchased), replayed: purchased.replayed };
    });
  },

  'start-promotion'(cloud: Cloud) {
    const stores = shopStores(cloud);
    return endpoint(startPromotionRoute, async ({ body, idempotencyKey: promotionId, now }) => {
      const started = await startPromotion(stores, { ...body, promotionId, now });
      return isRefusal(started) ? started : { value: presentPromotion(started.promotion), replayed: started.replayed };
    });
  },

  'report-promotion-spending'({ ledger }: Cloud) {
    return endpoint(reportPromotionSpendingRoute, async ({ parameters, body, idempotencyKey: stepId, now }) => {
      const reported = await reportSpending(ledger, { ...parameters, ...body, stepId, now });
      return isRefusal(reported)
        ? reported
        : { value: presentPromotion(reported.promotion), replayed: reported.replayed };
    });
  },

  'end-promotion'({ ledger }: Cloud) {
    return endpoint(endPromotionRoute, async ({ parameters, body, now }) => {
      const promotion = await endPromotion(ledger, { ...parameters, ...body, now });
      return isRefusal(promotion) ? promotion : { value: presentPromotion(promotion) };
    });
  },

  'order-goods'(cloud: Cloud) {
    const stores = shopStores(cloud);
    return endpoint(orderGoodsRoute, async ({ body, idempotencyKey: orderId, now }) => {
      const ordered = await orderGoods(stores, { ...body, orderId, now });
      return isRefusal(ordered) ? ordered : { value: presentOrder(ordered.order), replayed: ordered.replayed };
    });
  },

  'settle-goods-order'({ ledger }: Cloud) {
    return endpoint(settleGoodsOrderRoute, async ({ parameters, body, now }) => {
      const order = await settleOrder(ledger, { ...parameters, ...body, now });
      return isRefusal(order) ? order : { value: presentOrder(order) };
    });
  },

  'redeem-code'(cloud: Cloud) {
    const stores = shopStores(cloud);
    return endpoint(redeemCodeRoute, async ({ body, idempotencyKey: redemptionId, now }) => {
      const redeemed = await redeemCode(stores, { ...body, redemptionId, now });
      return isRefusal(redeemed) ? redeemed : { value: presentRedemption(redeemed), replayed: redeemed.replayed };
    });
  },

  'change-stock'({ ledger }: Cloud) {
    return endpoint(changeStockRoute, async ({ body, idempotencyKey: changeId, caller, now }) => {
      const changed = await changeStock(ledger, { ...body, changeId, changedBy: caller, now });
      if (isRefusal(changed)) return changed;
      return { value: { changeId, change: body.change, ...changed.stock }, replayed: changed.replayed };
    });
  },

  'create-code-batch'(cloud: Cloud) {
    const stores = shopStores(cloud);
    return endpoint(createCodeBatchRoute, async ({ body, idempotencyKey: batchId, caller, now }) => {
      const made = await makeCodes(stores, { ...body, batchId, caller, now });
      return isRefusal(made) ? made : { value: presentBatch(made.batch, made.codes), replayed: made.replayed };
    });
  },

  'sweep-reservations'({ ledger }: Cloud) {
    return scheduledJob((run) => sweepReservations(ledger, run));
  },
};

function shopStores({ ledger, catalogTable }: Cloud) {
  return { ledger, catalog: openCatalog(catalogTable) };
}
