import { BoardLedger } from './board-ledger.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** What functions may do with the tables to tell other systems what has happened. */
export abstract class EventLedger extends BoardLedger {
  /** Reads what was committed, who wants to know, and which budgets there are. */
  grantAnnounceChanges(fn: AnyFunction): void {
    this.allow(fn, ['Query'], ['WEBHOOKS']);
    this.grantReadCatalog(fn);
    this.allowStream(fn);
  }

  /** Switches off an endpoint whose receiver is gone. */
  grantDeliverWebhook(fn: AnyFunction): void {
    this.allow(fn, ['Query', 'UpdateItem'], ['WEBHOOKS']);
  }

  grantPutWebhookEndpoint(fn: AnyFunction): void {
    this.allow(fn, ['UpdateItem'], ['WEBHOOKS']);
  }

  grantListWebhookEndpoints(fn: AnyFunction): void {
    this.allow(fn, ['Query'], ['WEBHOOKS']);
  }

  grantDeleteWebhookEndpoint(fn: AnyFunction): void {
    this.allow(fn, ['DeleteItem'], ['WEBHOOKS']);
  }

  /** Reads one wallet, or one creator with the payouts. */
  grantReplayEvents(fn: AnyFunction): void {
    this.allow(fn, ['Query'], ['WEBHOOKS']);
    this.allow(fn, ['GetItem', 'Query'], ['WALLET']);
    this.allow(fn, ['BatchGetItem', 'Query'], ['CREATOR']);
    this.allow(fn, ['BatchGetItem'], ['PAYOUT']);
    this.allow(fn, ['Query'], ['LEVEL']);
  }
}
