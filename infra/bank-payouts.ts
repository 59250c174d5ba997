import { Construct } from 'constructs';
import type { ReceiveStripeConnectEventEnvironment } from '../shared/payouts/environments.ts';
import { receiveStripeConnectEventRoute } from '../shared/payouts/webhook-routes.ts';
import { TributaryFunction } from './function.ts';
import { stripeConnectOf } from './payout-delivery.ts';
import type { PayoutFoundation } from './payouts.ts';

/** What banks did with creators' payouts, as Stripe Connect tells it. */
export class BankPayouts extends Construct {
  constructor(scope: Construct, id: string, foundation: PayoutFoundation) {
    super(scope, id);
    const { ledger, api, stripeConnect } = foundation;
    const receiveEvent = new TributaryFunction<typeof ReceiveStripeConnectEventEnvironment>(
      this,
      'ReceiveStripeConnectEvent',
      foundation,
      {
        code: 'payouts/receive-stripe-connect-event',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName, ...stripeConnectOf(foundation) },
        impact: 'Creators see late whether their bank was paid: when Stripe repeats its event or the sweep asks.',
        // The gateway waits 30 seconds. Three to six calls of Stripe fit in when none is slow; else Stripe delivers again.
        timeoutSeconds: 29,
      },
    );
    ledger.grantReceiveStripeConnectEvent(receiveEvent);
    stripeConnect.grantRead(receiveEvent);
    api.serveOpenly(
      receiveStripeConnectEventRoute,
      receiveEvent,
      'Stripe has no token: its signature over the body is the proof, and what the event says is asked of its API again.',
    );
  }
}
