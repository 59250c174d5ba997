import type { AnyFunction } from './ledger-tables.ts';
import { RulesLedger } from './rules-ledger.ts';

/** What functions may do with the tables to pay creators. */
export abstract class PayoutLedger extends RulesLedger {
  grantPutPayoutProfile(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'UpdateItem'], ['CREATOR']);
  }

  /** Holds diamonds: the creator's balances and caps, the entry, the payout and its line in the creator's list. */
  grantRequestPayout(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'], ['CREATOR']);
    this.allow(fn, ['GetItem', 'PutItem'], ['PAYOUT']);
  }

  /** Moves a payout and the diamonds that are held for it. */
  grantMovePayout(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['CREATOR']);
    this.allow(fn, ['GetItem', 'UpdateItem'], ['PAYOUT']);
  }

  /** Besides, it makes sure that the creator's profile is still the one that was looked at. */
  grantApprovePayout(fn: AnyFunction): void {
    this.grantMovePayout(fn);
    this.allow(fn, ['ConditionCheckItem'], ['CREATOR']);
  }

  grantSetPayoutHold(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['CREATOR']);
  }

  grantGetPayoutHold(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'Query'], ['CREATOR']);
  }

  grantGetPayout(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['PAYOUT']);
  }

  grantListPayouts(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'Query'], ['CREATOR']);
    this.allow(fn, ['BatchGetItem'], ['PAYOUT']);
  }

  /** As an approval, after which the profile is looked at once more; and the batches that payouts are sent in. */
  grantSubmitPayout(fn: AnyFunction): void {
    this.grantApprovePayout(fn);
    this.allow(fn, ['BatchGetItem'], ['CREATOR', 'PAYOUT']);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['BATCH']);
  }

  /** A run that goes on changes what a new one puts. */
  grantStartPayoutRun(fn: AnyFunction, resumes = false): void {
    this.grantGetPayoutRun(fn);
    this.allow(fn, [resumes ? 'UpdateItem' : 'PutItem'], ['RUN']);
    this.allow(fn, ['PutItem'], ['SCHEDULE']);
  }

  grantSchedulePayoutRuns(fn: AnyFunction): void {
    this.allowDue(fn, 'payout-weekly');
    this.allowDue(fn, 'payout-monthly');
    this.grantStartPayoutRun(fn);
  }

  grantGetPayoutRun(fn: AnyFunction): void {
    this.allow(fn, ['BatchGetItem'], ['RUN']);
  }

  grantListPayoutRuns(fn: AnyFunction): void {
    this.grantGetPayoutRun(fn);
    this.allow(fn, ['Query'], ['SCHEDULE']);
  }

  grantStopPayoutRun(fn: AnyFunction): void {
    this.grantGetPayoutRun(fn);
    this.grantEndPayoutRun(fn);
  }

  /** Counts in a run and ends it, which gives its schedule free. */
  private grantEndPayoutRun(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'UpdateItem'], ['RUN']);
    this.allow(fn, ['DeleteItem'], ['SCHEDULE']);
  }

  /** As a request for a payout, and the run's line and count with it. */
  grantWorkPayoutRun(fn: AnyFunction): void {
    this.allowDue(fn, 'payout-weekly');
    this.allowDue(fn, 'payout-monthly');
    this.grantRequestPayout(fn);
    this.grantEndPayoutRun(fn);
    this.allow(fn, ['PutItem'], ['RUN']);
  }

  grantSweepPayoutRuns(fn: AnyFunction): void {
    this.allowDue(fn, 'payout-run');
    this.allow(fn, ['GetItem', 'Query', 'UpdateItem'], ['RUN']);
    this.allow(fn, ['BatchGetItem'], ['PAYOUT']);
  }
}
