import type { AnyFunction } from './ledger-tables.ts';
import { PayoutLedger } from './payout-ledger.ts';

/** What functions may do with the tables to sell things for coins, and to redeem codes. */
export abstract class ShopLedger extends PayoutLedger {
  /** The wallet, the line of its statement and the thing itself are all in the user's partition. */
  grantPurchaseItem(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
  }

  grantListEntitlements(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
  }

  grantStartPromotion(fn: AnyFunction): void {
    this.grantPurchaseItem(fn);
  }

  grantGetReservation(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['WALLET']);
  }

  /** Coins that are set aside already: the wallet itself is not touched. */
  grantReportSpending(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem'], ['WALLET']);
  }

  grantEndPromotion(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
  }

  grantOrderGoods(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET', 'STOCK']);
  }

  grantSettleOrder(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['PutItem', 'UpdateItem'], ['STOCK']);
  }

  grantSweepReservations(fn: AnyFunction): void {
    this.allowDue(fn, 'reservation');
    this.grantSettleOrder(fn);
  }

  grantRedeemCode(fn: AnyFunction): void {
    this.grantPurchaseItem(fn);
    this.allow(fn, ['GetItem', 'UpdateItem'], ['CODE']);
    this.allow(fn, ['GetItem'], ['CODES']);
    this.allow(fn, ['UpdateItem'], ['GUESSES']);
  }

  grantChangeStock(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['STOCK']);
  }

  grantGetStock(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'Query'], ['STOCK']);
  }

  grantCreateCodeBatch(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'PutItem'], ['CODES']);
    this.allow(fn, ['PutItem'], ['CODE']);
    this.allow(fn, ['PutItem', 'UpdateItem'], ['GIVEN']);
  }

  grantListCodeBatches(fn: AnyFunction): void {
    this.allow(fn, ['Query'], ['CODES']);
  }

  grantSetCodeBatchStatus(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'UpdateItem'], ['CODES']);
  }
}
