import type { Construct } from 'constructs';
import type { Route } from '../shared/http/route.ts';
import type { ShopEnvironment, ShopLedgerEnvironment } from '../shared/shop/environments.ts';
import { getGoodsOrderRoute, orderGoodsRoute, settleGoodsOrderRoute } from '../shared/shop/goods-routes.ts';
import {
  changeStockRoute,
  createCodeBatchRoute,
  getStockRoute,
  listCodeBatchesRoute,
  setCodeBatchStatusRoute,
} from '../shared/shop/operation-routes.ts';
import {
  endPromotionRoute,
  getPromotionRoute,
  reportPromotionSpendingRoute,
  startPromotionRoute,
} from '../shared/shop/promotion-routes.ts';
import { listEntitlementsRoute, purchaseItemRoute, redeemCodeRoute } from '../shared/shop/routes.ts';
import { ActionableAlarm } from './alarm.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import type { AnyFunction } from './ledger-tables.ts';
import { productMetric } from './metrics.ts';
import { everyMinutes } from './schedules.ts';

type Served = { code: `shop/${string}`; route: Route; impact: string; timeoutSeconds?: number };

/** What coins buy besides gifts, and codes to redeem. */
export class Shop extends Capability {
  private readonly foundation: Foundation;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'what coins buy besides gifts');
    this.foundation = foundation;
    this.addPurchases();
    this.addPromotions();
    this.addGoods();
    this.addCodes();
    this.addSweep();
  }

  private addPurchases(): void {
    const { ledger } = this.foundation;
    ledger.grantPurchaseItem(
      this.serveByCatalog('PurchaseItem', {
        code: 'shop/purchase-item',
        route: purchaseItemRoute,
        impact: 'Fans cannot buy stickers, filters and other content.',
      }),
    );
    ledger.grantListEntitlements(
      this.serve('ListEntitlements', {
        code: 'shop/list-entitlements',
        route: listEntitlementsRoute,
        impact: 'Apps do not see what fans have bought.',
      }),
    );
  }

  private addPromotions(): void {
    const { ledger } = this.foundation;
    ledger.grantStartPromotion(
      this.serveByCatalog('StartPromotion', {
        code: 'shop/start-promotion',
        route: startPromotionRoute,
        impact: 'Nobody can promote a video.',
      }),
    );
    ledger.grantGetReservation(
      this.serve('GetPromotion', {
        code: 'shop/get-promotion',
        route: getPromotionRoute,
        impact: 'Nobody sees what is left of the budget of a promotion.',
      }),
    );
    ledger.grantReportSpending(
      this.serve('ReportPromotionSpending', {
        code: 'shop/report-promotion-spending',
        route: reportPromotionSpendingRoute,
        impact: 'What promotions spend is counted late; what is never reported goes back to the fans.',
      }),
    );
    ledger.grantEndPromotion(
      this.serve('EndPromotion', {
        code: 'shop/end-promotion',
        route: endPromotionRoute,
        impact: 'The rest of a budget stays set aside until the promotion lapses.',
      }),
    );
  }

  private addGoods(): void {
    const { ledger } = this.foundation;
    ledger.grantOrderGoods(
      this.serveByCatalog('OrderGoods', {
        code: 'shop/order-goods',
        route: orderGoodsRoute,
        impact: 'Vouchers and merchandise cannot be ordered.',
      }),
    );
    ledger.grantGetReservation(
      this.serve('GetGoodsOrder', {
        code: 'shop/get-goods-order',
        route: getGoodsOrderRoute,
        impact: 'Apps cannot look up orders of goods.',
      }),
    );
    ledger.grantSettleOrder(
      this.serve('SettleGoodsOrder', {
        code: 'shop/settle-goods-order',
        route: settleGoodsOrderRoute,
        impact: 'Orders of goods can be neither confirmed nor canceled, and lapse.',
      }),
    );
    ledger.grantChangeStock(
      this.serve('ChangeStock', {
        code: 'shop/change-stock',
        route: changeStockRoute,
        impact: 'Operators cannot stock goods.',
      }),
    );
    ledger.grantGetStock(
      this.serve('GetStock', {
        code: 'shop/get-stock',
        route: getStockRoute,
        impact: 'Operators do not see what is left of goods.',
      }),
    );
  }

  private addCodes(): void {
    const { ledger } = this.foundation;
    ledger.grantRedeemCode(
      this.serveByCatalog('RedeemCode', {
        code: 'shop/redeem-code',
        route: redeemCodeRoute,
        impact: 'Fans cannot redeem codes.',
      }),
    );
    ledger.grantCreateCodeBatch(
      this.serveByCatalog('CreateCodeBatch', {
        code: 'shop/create-code-batch',
        route: createCodeBatchRoute,
        impact: 'Operators cannot make codes.',
        // A thousand codes are ten transactions, one after the other.
        timeoutSeconds: 20,
      }),
    );
    ledger.grantListCodeBatches(
      this.serve('ListCodeBatches', {
        code: 'shop/list-code-batches',
        route: listCodeBatchesRoute,
        impact: 'Operators do not see which codes were made.',
      }),
    );
    ledger.grantSetCodeBatchStatus(
      this.serve('SetCodeBatchStatus', {
        code: 'shop/set-code-batch-status',
        route: setCodeBatchStatusRoute,
        impact: 'Operators cannot revoke codes that leaked.',
      }),
    );
  }

  private addSweep(): void {
    const { ledger, schedules, stage, alarmTopic: topic } = this.foundation;
    const sweep = new TributaryFunction<typeof ShopLedgerEnvironment>(this, 'SweepReservations', this.foundation, {
      code: 'shop/sweep-reservations',
      trigger: 'schedule',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Coins and goods that nobody confirmed stay set aside.',
      // It works until just before the next run starts.
      timeoutSeconds: 55,
    });
    ledger.grantSweepReservations(sweep);
    schedules.start('SweepReservations', sweep, everyMinutes(1));
    new ActionableAlarm(this, 'ReservationsStuck', {
      topic,
      metric: productMetric(stage, 'ReservationsStuck'),
      when: { above: 0 },
      impact: "Coins of a fan stay set aside, or goods on hold, though the order's or promotion's time is over.",
      runbook: 'A reservation does not end',
    });
  }

  private serve(id: string, { route, ...function_ }: Served): AnyFunction {
    const { ledger, api } = this.foundation;
    const served = new TributaryFunction<typeof ShopLedgerEnvironment>(this, id, this.foundation, {
      ...function_,
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
    });
    api.serve(route, served);
    return served;
  }

  /** Besides the ledger it reads prices and rules. */
  private serveByCatalog(id: string, { route, ...function_ }: Served): AnyFunction {
    const { ledger, api } = this.foundation;
    const served = new TributaryFunction<typeof ShopEnvironment>(this, id, this.foundation, {
      ...function_,
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
    });
    api.serve(route, served);
    return served;
  }
}
