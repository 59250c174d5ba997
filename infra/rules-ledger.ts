import { CatalogLedger } from './catalog-ledger.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** What functions may do with the tables to keep the rules of wallets and to ask guardians. */
export abstract class RulesLedger extends CatalogLedger {
  /** The wallet's rules, and a line that tells who changed what. */
  grantChangeRules(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
  }

  /** The same, and that nobody gets a guardian whose account is closed. */
  grantAgreeOnGuardian(fn: AnyFunction): void {
    this.grantChangeRules(fn);
    this.allow(fn, ['ConditionCheckItem'], ['WALLET']);
  }

  grantListRuleChanges(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
  }

  /** Takes coins that have expired out of wallets, by an entry, and tells the orders whose bonus they were. */
  grantExpireLots(fn: AnyFunction): void {
    this.allowDue(fn, 'promo-lots');
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['UpdateItem'], ['RECHARGE']);
  }

  grantListApprovals(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['WALLET']);
    this.allow(fn, ['Query'], ['APPROVAL']);
  }

  grantDecideApproval(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem'], ['WALLET']);
    this.allow(fn, ['GetItem', 'PutItem'], ['APPROVAL']);
  }
}
