import { type AnyFunction, LedgerTables } from './ledger-tables.ts';

/** What functions may do with the catalogue: all may read it who reckon, and few may change it. */
export abstract class CatalogLedger extends LedgerTables {
  grantReadCatalog(fn: AnyFunction): void {
    this.allowCatalog(fn, ['Query'], ['CATALOG']);
  }

  grantSeedCatalog(fn: AnyFunction): void {
    this.allowCatalog(fn, ['PutItem'], ['CATALOG']);
  }

  /** Reads what is in force and scheduled, and where each kind stands. */
  grantGetCatalog(fn: AnyFunction): void {
    this.allowCatalog(fn, ['GetItem', 'Query'], ['CATALOG']);
  }

  grantListCatalogVersions(fn: AnyFunction): void {
    this.allowCatalog(fn, ['Query'], ['CATALOG']);
  }

  grantListProposals(fn: AnyFunction): void {
    this.allowCatalog(fn, ['Query'], ['CATALOG', 'PROPOSAL']);
  }

  grantGetProposal(fn: AnyFunction): void {
    this.grantGetCatalog(fn);
    this.allowCatalog(fn, ['GetItem'], ['PROPOSAL']);
  }

  /** Puts a proposal; no version can come of that without the function that another operator decides by. */
  grantProposeVersion(fn: AnyFunction): void {
    this.grantGetProposal(fn);
    this.allowCatalog(fn, ['PutItem'], ['PROPOSAL']);
  }

  /** Decides on a proposal together with the version and the heads of all kinds. */
  grantDecideProposal(fn: AnyFunction): void {
    this.grantGetProposal(fn);
    this.allowCatalog(fn, ['ConditionCheckItem', 'PutItem'], ['CATALOG']);
    this.allowCatalog(fn, ['UpdateItem'], ['PROPOSAL']);
  }

  /** The only one that takes something away: from where versions take effect to where they are kept. */
  grantWithdrawVersion(fn: AnyFunction): void {
    this.grantGetCatalog(fn);
    this.allowCatalog(fn, ['ConditionCheckItem', 'DeleteItem', 'PutItem'], ['CATALOG']);
  }
}
