import { type DueKind, replayKinds } from '../shared/store/keys.ts';
import type { AnyFunction } from './ledger-tables.ts';
import { RewardsLedger } from './rewards-ledger.ts';

/**
 * The tables, and what each function may do with them: a verb of the product for each, so that nobody grants "write".
 * A part of a transaction needs the permission of the same write alone; DynamoDB has none of its own for transactions.
 */
export class Ledger extends RewardsLedger {
  grantPutUser(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
  }

  grantGetWallet(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
  }

  grantListWalletEntries(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
  }

  /** The one write of the critical path, in the sender's wallet; of creators it only reads. */
  grantSendGift(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['GetItem'], ['CREATOR']);
  }

  grantGetGift(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['WALLET']);
  }

  grantGetCombo(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
  }

  grantPutCreator(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'UpdateItem'], ['CREATOR', 'WALLET']);
    this.allow(fn, ['ConditionCheckItem'], ['WALLET']);
  }

  grantGetEarnings(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem', 'GetItem'], ['CREATOR']);
  }

  grantListCreatorEntries(fn: AnyFunction): void {
    this.allow(fn, ['BatchGetItem', 'GetItem', 'Query'], ['CREATOR']);
  }

  /** Reads a creator's entries, and keeps what their days add up to; balances and entries cannot be changed. */
  grantReadStatements(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem', 'GetItem', 'Query'], ['CREATOR']);
    this.allow(fn, ['GetItem', 'PutItem', 'Query'], ['EARNED']);
  }

  grantAddUpDays(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allowDue(fn, 'creator-days');
    this.allow(fn, ['BatchGetItem', 'Query'], ['CREATOR']);
    this.allow(fn, ['GetItem', 'PutItem'], ['EARNED']);
  }

  /** Reads which gifts have their entry and takes those out of the outbox. */
  grantRelayGifts(fn: AnyFunction): void {
    this.allow(fn, ['BatchGetItem', 'UpdateItem'], ['WALLET']);
    this.allowStream(fn);
  }

  /** Entries are put with the condition that they are new; none can be changed or removed. */
  grantCreditGifts(fn: AnyFunction): void {
    this.allow(fn, ['PutItem', 'UpdateItem'], ['CREATOR']);
    this.allow(fn, ['PutItem'], ['WALLET']);
  }

  grantSweepOutboxes(fn: AnyFunction): void {
    this.allowScan(fn);
    this.allow(fn, ['BatchGetItem', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['GetItem', 'PutItem'], ['PROGRESS']);
  }

  /** Moves diamonds of creators with the reversal's own progress, step by step. */
  grantReverseGifts(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allowDue(fn, 'reversal');
    this.allow(fn, ['BatchGetItem', 'GetItem', 'Query'], ['WALLET']);
    this.allow(fn, ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'], ['CREATOR']);
    this.allow(fn, ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'], ['REVERSAL']);
  }

  /** Beside the catalogue, who the user is and what campaigns still have for that user. */
  grantListPackages(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
    this.allow(fn, ['BatchGetItem'], ['CAMPAIGN']);
  }

  grantCreateRecharge(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'PutItem', 'Query'], ['WALLET']);
    this.allow(fn, ['BatchGetItem', 'PutItem', 'UpdateItem'], ['CAMPAIGN']);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['RECHARGE']);
    this.allow(fn, ['GetItem', 'PutItem'], ['PURCHASES']);
    this.allow(fn, ['PutItem'], ['PAYMENT']);
    this.allow(fn, ['ConditionCheckItem', 'GetItem', 'PutItem'], ['APPROVAL']);
  }

  grantGetRecharge(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['RECHARGE']);
  }

  /**
   * Settles a payment or what takes it back: the order, the wallet, the wallet's entries, whose the payment is, what it takes
   * of the purchase limits, and the proof of the event, in one transaction. The wallet's purchases are listed to find out
   * which coins are left.
   */
  grantReceivePayment(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem', 'GetItem', 'UpdateItem'], ['RECHARGE']);
    this.allow(fn, ['GetItem', 'PutItem', 'Query', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['ConditionCheckItem', 'GetItem', 'PutItem'], ['PAYMENT']);
    this.allow(fn, ['GetItem', 'PutItem'], ['PURCHASES']);
    this.allow(fn, ['BatchGetItem', 'PutItem', 'UpdateItem'], ['CAMPAIGN']);
    this.allow(fn, ['PutItem'], ['EVENT']);
    this.allow(fn, ['UpdateItem'], ['REVERSAL']);
  }

  /** As any payment; besides, the purchase stays on a list until it is consumed. */
  grantReceiveGooglePurchase(fn: AnyFunction): void {
    this.grantReceivePayment(fn);
    this.allow(fn, ['PutItem', 'UpdateItem'], ['GOOGLE']);
  }

  grantReceiveGoogleEvent(fn: AnyFunction): void {
    this.grantReceiveGooglePurchase(fn);
    this.allow(fn, ['GetItem'], ['EVENT']);
  }

  grantSweepGooglePurchases(fn: AnyFunction): void {
    this.allowDue(fn, 'google-purchase');
    this.grantReceiveGooglePurchase(fn);
    this.allow(fn, ['GetItem'], ['GOOGLE']);
    this.allowReplay(fn, 'google-replay');
  }

  grantListGoogleVoids(fn: AnyFunction): void {
    this.grantReceivePayment(fn);
    this.allow(fn, ['GetItem'], ['EVENT']);
    this.allow(fn, ['GetItem', 'PutItem'], ['PROGRESS']);
  }

  /** Freezes and takes coins of a purchase together with the withdrawal's own item. */
  grantWithdrawRecharge(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['BatchGetItem', 'GetItem', 'UpdateItem'], ['RECHARGE']);
    this.allow(fn, ['GetItem', 'PutItem', 'Query', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['UpdateItem'], ['REVERSAL']);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WITHDRAWAL']);
  }

  grantSweepRecharges(fn: AnyFunction): void {
    this.allowDue(fn, 'recharge');
    this.allowDue(fn, 'withdrawal');
    this.grantReceivePayment(fn);
    this.allow(fn, ['GetItem', 'UpdateItem'], ['WITHDRAWAL']);
    this.allowReplay(fn, 'paypal-replay');
  }

  /** What a provider lists is dealt with as its events are; besides, how far the list is compared and what came of it. */
  grantReconcile(fn: AnyFunction, awaited: DueKind): void {
    this.allowDue(fn, awaited);
    this.grantReceivePayment(fn);
    this.allow(fn, ['GetItem'], ['EVENT']);
    this.allow(fn, ['GetItem', 'PutItem'], ['PROGRESS', 'RECONCILIATION']);
  }

  grantListReconciliations(fn: AnyFunction): void {
    this.allow(fn, ['Query'], ['RECONCILIATION']);
  }

  grantListParkedEvents(fn: AnyFunction): void {
    for (const kind of ['parked-event', ...replayKinds] as const) this.allowDue(fn, kind);
    this.allow(fn, ['GetItem'], ['EVENT']);
  }

  /** A replay does what the event would have done. */
  grantDecideParkedEvent(fn: AnyFunction): void {
    this.grantReceivePayment(fn);
    this.allow(fn, ['GetItem', 'UpdateItem'], ['EVENT']);
  }

  /** Reads one purchase, those after it, and its buyer's statement. */
  grantGetRefundEvidence(fn: AnyFunction): void {
    this.allow(fn, ['BatchGetItem', 'GetItem'], ['RECHARGE']);
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
  }

  grantSetWalletStatus(fn: AnyFunction): void {
    this.allow(fn, ['UpdateItem'], ['WALLET']);
  }

  grantGrantCoins(fn: AnyFunction): void {
    this.grantReadCatalog(fn);
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['WALLET']);
    this.allow(fn, ['GetItem', 'PutItem'], ['GRANT']);
    this.allow(fn, ['PutItem', 'UpdateItem'], ['GIVEN']);
  }

  /** PayPal has one webhook for what it pays out and for what it is paid. */
  grantReceivePayPalEvent(fn: AnyFunction): void {
    this.grantMovePayout(fn);
    this.grantReceivePayment(fn);
  }

  grantReceiveStripeConnectEvent(fn: AnyFunction): void {
    this.grantMovePayout(fn);
    this.allow(fn, ['PutItem'], ['EVENT']);
  }

  grantSweepPayouts(fn: AnyFunction): void {
    this.allowDue(fn, 'payout');
    this.grantSubmitPayout(fn);
    this.allow(fn, ['PutItem'], ['EVENT']);
    this.allowReplay(fn, 'payout-replay');
  }

  /** Reads everything, and writes nothing but how far it is and what it found. */
  grantAuditLedger(fn: AnyFunction): void {
    this.allowScan(fn);
    this.allow(
      fn,
      ['BatchGetItem', 'Query'],
      [
        ...(['WALLET', 'CREATOR', 'RECHARGE', 'REVERSAL', 'PAYOUT', 'BATCH'] as const),
        ...(['STOCK', 'CODE', 'CODES', 'CAMPAIGN', 'GIVEN', 'GRANT', 'AD'] as const),
      ],
    );
    this.allow(fn, ['GetItem', 'PutItem'], ['PROGRESS']);
    this.allow(fn, ['PutItem'], ['AUDIT']);
  }

  grantGetAudit(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['AUDIT']);
  }
}
