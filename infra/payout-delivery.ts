import { Construct } from 'constructs';
import type {
  ReceivePayPalEventEnvironment,
  SubmitPayoutEnvironment,
  SweepPayoutsEnvironment,
} from '../shared/payouts/environments.ts';
import { receivePayPalEventRoute } from '../shared/payouts/webhook-routes.ts';
import { TributaryFunction } from './function.ts';
import type { PayoutFoundation } from './payouts.ts';
import { everyMinutes } from './schedules.ts';

/**
 * It begins no call in its last 40 seconds: four of PayPal at eight seconds each (a token, the batch, and both again when the
 * token was refused), and the ledger. In the first 20 it makes as many as there are batches, five at once.
 */
export const submitTimeoutSeconds = 60;

/** Everything between a payout that was requested and the provider's last word on it. */
export class PayoutDelivery extends Construct {
  constructor(scope: Construct, id: string, foundation: PayoutFoundation) {
    super(scope, id);
    this.addSubmission(foundation);
    this.addWebhook(foundation);
    this.addSweep(foundation);
  }

  private addSubmission(foundation: PayoutFoundation): void {
    const { ledger, payouts, paypal, stripeConnect } = foundation;
    const submitPayout = new TributaryFunction<typeof SubmitPayoutEnvironment>(this, 'SubmitPayout', foundation, {
      code: 'payouts/submit-payout',
      trigger: 'queue',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        ...paypalOf(foundation),
        ...stripeConnectOf(foundation),
      },
      impact: 'Creators wait for payouts that they asked for.',
      timeoutSeconds: submitTimeoutSeconds,
    });
    ledger.grantSubmitPayout(submitPayout);
    paypal.grantRead(submitPayout);
    stripeConnect.grantRead(submitPayout);
    // One call of a provider takes as many payouts as there are messages: a run's fill a batch at once, others wait a moment.
    payouts.deliverTo(submitPayout, { batchSize: 100, windowSeconds: 2, concurrency: 5 });
  }

  private addWebhook(foundation: PayoutFoundation): void {
    const { ledger, api, paypal } = foundation;
    const receivePayPalEvent = new TributaryFunction<typeof ReceivePayPalEventEnvironment>(
      this,
      'ReceivePayPalEvent',
      foundation,
      {
        code: 'payouts/receive-paypal-event',
        trigger: 'request',
        environment: {
          LEDGER_TABLE: ledger.table.tableName,
          CATALOG_TABLE: ledger.catalog.tableName,
          ...paypalOf(foundation),
        },
        impact:
          'Creators see late whether they were paid, and fans get coins late that they paid with PayPal: when PayPal repeats its event or a sweep asks.',
        // The gateway waits 30 seconds. Five calls of PayPal fit in when none is slow; else PayPal delivers again.
        timeoutSeconds: 29,
      },
    );
    ledger.grantReceivePayPalEvent(receivePayPalEvent);
    paypal.grantRead(receivePayPalEvent);
    api.serveOpenly(
      receivePayPalEventRoute,
      receivePayPalEvent,
      'PayPal has no token: its signature is the proof, and what the event says is asked of its API again.',
    );
  }

  private addSweep(foundation: PayoutFoundation): void {
    const { ledger, schedules, payouts, paypal, stripeConnect } = foundation;
    const sweepPayouts = new TributaryFunction<typeof SweepPayoutsEnvironment>(this, 'SweepPayouts', foundation, {
      code: 'payouts/sweep-payouts',
      trigger: 'schedule',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        PAYOUTS_QUEUE_URL: payouts.queue.queueUrl,
        ...paypalOf(foundation),
        ...stripeConnectOf(foundation),
      },
      impact: 'Payouts that stopped on their way are not moved on.',
      // It begins no payout in its last 40 seconds. Two runs at once share the work: each payout is claimed by one.
      timeoutSeconds: 120,
    });
    ledger.grantSweepPayouts(sweepPayouts);
    payouts.grantSend(sweepPayouts);
    paypal.grantRead(sweepPayouts);
    stripeConnect.grantRead(sweepPayouts);
    schedules.start('SweepPayouts', sweepPayouts, everyMinutes(1));
  }
}

function paypalOf({ paypal, stage }: PayoutFoundation): { PAYPAL_SECRET_ID: string; PAYPAL_API_URL: string } {
  return { PAYPAL_SECRET_ID: paypal.secret.secretArn, PAYPAL_API_URL: stage.paypalApiUrl };
}

export function stripeConnectOf({ stripeConnect, stage }: PayoutFoundation): {
  STRIPE_CONNECT_SECRET_ID: string;
  STRIPE_API_URL: string;
} {
  return { STRIPE_CONNECT_SECRET_ID: stripeConnect.secret.secretArn, STRIPE_API_URL: stage.stripeApiUrl };
}
