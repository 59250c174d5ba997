import type { AnyFunction } from './ledger-tables.ts';
import { ShopLedger } from './shop-ledger.ts';

/** What functions may do with the ledger to count leaderboards and to show them: they only read, but for a user's own choice. */
export abstract class BoardLedger extends ShopLedger {
  /** Looks up the gifts that were reversed, and keeps which levels were reached. */
  grantCountScores(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem'], ['WALLET']);
    this.allow(fn, ['PutItem'], ['LEVEL']);
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
    this.allow(fn, ['BatchGetItem', 'Query'], ['CREATOR']);
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
    this.allow(fn, ['BatchGetItem'], ['REVERSAL']);
  }

  /** Looks up whether there is such a user, who wants to be seen. */
  grantGetUserLevel(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem'], ['WALLET']);
  }

  grantGetCreatorLevel(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem'], ['CREATOR']);
  }
}
