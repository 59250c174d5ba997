import type { AnyFunction } from './ledger-tables.ts';
import { ShopLedger } from './shop-ledger.ts';

/** What functions may do with the ledger to count leaderboards and to show them: they only read, but for a user's own choice. */
export abstract class BoardLedger extends ShopLedger {
  /** Looks up the gifts that were reversed. */
  grantCountScores(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['WALLET']);
  }

  /** Looks up who wants to be seen. */
  grantGetLeaderboard(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem'], ['WALLET']);
  }

  grantSetVisibility(fn: AnyFunction): void {
    this.allow(fn, ['ConditionCheckItem', 'PutItem'], ['WALLET']);
  }

  grantRebuildLeaderboard(fn: AnyFunction): void {
    this.allow(fn, ['Query'], ['CREATOR']);
    this.allow(fn, ['GetItem'], ['WALLET']);
  }
}
