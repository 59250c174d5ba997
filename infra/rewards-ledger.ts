import { AccountsLedger } from './accounts-ledger.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** What functions may do with the tables to reward users, and to tell operators what is left of budgets. */
export abstract class RewardsLedger extends AccountsLedger {
  /** The wallet and its statement, and what is taken of the challenge. */
  grantEnterChallenge(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'], ['CAMPAIGN']);
  }

  grantListChallenges(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem'], ['WALLET']);
    this.allow(fn, ['BatchGetItem', 'Query'], ['CAMPAIGN']);
  }

  grantRewardAd(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['GetItem', 'PutItem'], ['AD']);
  }

  grantListBudgets(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allowDue(fn, 'recharge');
    this.allow(fn, ['BatchGetItem'], ['RECHARGE', 'CAMPAIGN']);
  }
}
