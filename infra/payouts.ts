import { Construct } from 'constructs';
import { PayPalSecret, StripeConnectSecret } from '../shared/secrets.ts';
import { ActionableAlarm } from './alarm.ts';
import { BankPayouts } from './bank-payouts.ts';
import type { Foundation } from './foundation.ts';
import { productMetric } from './metrics.ts';
import { PayoutDelivery, submitTimeoutSeconds } from './payout-delivery.ts';
import { PayoutRequests } from './payout-requests.ts';
import { PayoutRuns, runTimeoutSeconds } from './payout-runs.ts';
import { ProviderSecret } from './provider-secret.ts';
import { WorkQueue } from './queue.ts';
import type { ReportsBucket } from './reports-bucket.ts';

/** What the parts of the payouts share. */
export type PayoutFoundation = Foundation & {
  paypal: ProviderSecret;
  stripeConnect: ProviderSecret;
  payouts: WorkQueue;
  runs: WorkQueue;
};

/** Diamonds become cash, by PayPal or at a bank: request → queue → provider → signed webhook. */
export class Payouts extends Construct {
  readonly paypal: ProviderSecret;
  readonly stripeConnect: ProviderSecret;
  readonly payouts: WorkQueue;
  readonly runs: WorkQueue;
  readonly reports: ReportsBucket;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { stage } = foundation;
    this.paypal = new ProviderSecret(this, 'PayPal', { stage, provider: 'PayPal', schema: PayPalSecret });
    this.stripeConnect = new ProviderSecret(this, 'StripeConnect', {
      stage,
      provider: 'Stripe Connect',
      schema: StripeConnectSecret,
    });
    this.payouts = new WorkQueue(this, 'Payouts', foundation, {
      workerTimeoutSeconds: submitTimeoutSeconds,
      // About an hour at six minutes each; after that the sweep goes on sending what is still due.
      receives: 10,
      lateAfterSeconds: 900,
      mostWaiting: 5_000,
      impactOfWaiting: 'Creators wait for payouts that they asked for.',
      impactOfGivingUp: 'Some payouts were not sent; their diamonds are held, and no money has moved.',
    });
    this.runs = new WorkQueue(this, 'PayoutRuns', foundation, {
      workerTimeoutSeconds: runTimeoutSeconds,
      receives: 5,
      lateAfterSeconds: 900,
      mostWaiting: 50,
      impactOfWaiting: 'Creators with a payout schedule are paid late.',
      impactOfGivingUp: 'A part of a payout run does not move on; the creators it did not reach are still due.',
    });
    const { paypal, stripeConnect, payouts, runs } = this;
    const shared: PayoutFoundation = { ...foundation, paypal, stripeConnect, payouts, runs };
    new PayoutRequests(this, 'Requests', shared);
    new PayoutDelivery(this, 'Delivery', shared);
    new BankPayouts(this, 'Banks', shared);
    this.reports = new PayoutRuns(this, 'Runs', shared).reports;
    this.addAlarms(foundation);
  }

  private addAlarms({ stage, alarmTopic: topic }: Foundation): void {
    new ActionableAlarm(this, 'PayoutsOverdue', {
      topic,
      // Each payout under way is looked at every half hour at least, so an hour's sum does not come and go between looks.
      metric: productMetric(stage, 'PayoutsOverdue', { minutes: 60 }),
      when: { above: 0 },
      impact: 'A creator has waited for more than a day for a payout whose outcome is not known.',
      runbook: 'A payout is overdue',
    });
    new ActionableAlarm(this, 'PayoutsFailing', {
      topic,
      metric: productMetric(stage, 'PayoutsFailed', { minutes: 60 }),
      when: { above: 5 },
      impact: 'Several creators were not paid within an hour; their diamonds are back.',
      runbook: 'Payouts fail',
    });
  }
}
