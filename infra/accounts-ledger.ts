import { EventLedger } from './event-ledger.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** What functions may do with the tables to close accounts, to erase people and to hand out what is known of them. */
export abstract class AccountsLedger extends EventLedger {
  /** Shuts the wallet, and takes no more gifts for its owner's creators. */
  grantCloseAccount(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['BatchGetItem', 'UpdateItem'], ['RECHARGE']);
    this.allow(fn, ['GetItem', 'PutItem'], ['PURCHASES']);
    this.allow(fn, ['BatchGetItem', 'UpdateItem'], ['CREATOR']);
  }

  /** Removes what was told of a person, and replaces it where an item must stay. */
  grantEraseUser(fn: AnyFunction): void {
    this.allow(fn, ['ConditionCheckItem'], ['WALLET']);
    this.allow(fn, ['BatchGetItem'], ['CREATOR']);
    this.grantGoOnErasing(fn);
  }

  grantSweepErasures(fn: AnyFunction): void {
    this.allowDue(fn, 'erasure');
    this.grantGoOnErasing(fn);
  }

  private grantGoOnErasing(fn: AnyFunction): void {
    this.allow(fn, ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['DeleteItem', 'Query'], ['APPROVAL']);
    this.allow(fn, ['BatchGetItem', 'DeleteItem'], ['GUESSES']);
    this.allow(fn, ['Query', 'UpdateItem'], ['CODES']);
    this.allow(fn, ['BatchGetItem', 'UpdateItem'], ['RECHARGE', 'PAYOUT']);
    this.allow(fn, ['UpdateItem'], ['GRANT']);
    this.allow(fn, ['Query', 'UpdateItem'], ['CREATOR']);
  }

  grantExportUser(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
    this.allow(fn, ['Query'], ['PURCHASES', 'APPROVAL', 'GUESSES', 'CODES', 'CREATOR', 'EARNED', 'LEVEL']);
    this.allow(fn, ['BatchGetItem'], ['AD', 'CAMPAIGN', 'PAYOUT', 'RECHARGE', 'STOCK', 'WALLET']);
  }
}
