import type { Construct } from 'constructs';
import type {
  ListReconciliationsEnvironment,
  ReconcileAppleEnvironment,
  ReconcilePayPalEnvironment,
  ReconcileStripeEnvironment,
} from '../shared/reconciliations/environments.ts';
import { listReconciliationsRoute } from '../shared/reconciliations/routes.ts';
import { ActionableAlarm } from './alarm.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { productMetric } from './metrics.ts';
import type { ProviderSecret } from './provider-secret.ts';
import { everyMinutes } from './schedules.ts';

/** Where the keys are that each job needs. */
export type ReconciliationFoundation = Foundation & Record<'stripe' | 'paypal' | 'apple', ProviderSecret>;

/** A day is compared once. A run every hour goes on where the one before it ended, and mostly finds nothing to do. */
const runEveryMinutes = 60;

/** What a run does not get to is the next one's. */
const job = { trigger: 'schedule', timeoutSeconds: 600 } as const;

/** The providers' own lists, compared with the ledger day by day. Each job reads the keys of its own provider alone. */
export class Reconciliations extends Capability {
  constructor(scope: Construct, id: string, foundation: ReconciliationFoundation) {
    super(scope, id, foundation, 'what providers list, compared with the ledger');
    this.addStripe(foundation);
    this.addPayPal(foundation);
    this.addApple(foundation);
    this.addReports(foundation);
    this.addAlarms(foundation);
  }

  private addStripe(foundation: ReconciliationFoundation): void {
    const { ledger, schedules, stage, stripe } = foundation;
    const reconcile = new TributaryFunction<typeof ReconcileStripeEnvironment>(this, 'ReconcileStripe', foundation, {
      ...job,
      code: 'reconciliations/reconcile-stripe',
      environment: {
        ...tablesOf(foundation),
        STRIPE_SECRET_ID: stripe.secret.secretArn,
        STRIPE_API_URL: stage.stripeApiUrl,
      },
      impact: 'Nobody knows whether what Stripe took and gave back is what the ledger has.',
    });
    ledger.grantReconcile(reconcile, 'reconciliation-stripe');
    stripe.grantRead(reconcile);
    schedules.start('ReconcileStripe', reconcile, everyMinutes(runEveryMinutes));
  }

  private addPayPal(foundation: ReconciliationFoundation): void {
    const { ledger, schedules, stage, paypal } = foundation;
    const reconcile = new TributaryFunction<typeof ReconcilePayPalEnvironment>(this, 'ReconcilePayPal', foundation, {
      ...job,
      code: 'reconciliations/reconcile-paypal',
      environment: {
        ...tablesOf(foundation),
        PAYPAL_SECRET_ID: paypal.secret.secretArn,
        PAYPAL_API_URL: stage.paypalApiUrl,
      },
      impact: 'Nobody knows whether what PayPal took and gave back is what the ledger has.',
    });
    ledger.grantReconcile(reconcile, 'reconciliation-paypal');
    paypal.grantRead(reconcile);
    schedules.start('ReconcilePayPal', reconcile, everyMinutes(runEveryMinutes));
  }

  private addApple(foundation: ReconciliationFoundation): void {
    const { ledger, schedules, stage, apple } = foundation;
    const reconcile = new TributaryFunction<typeof ReconcileAppleEnvironment>(this, 'ReconcileApple', foundation, {
      ...job,
      code: 'reconciliations/reconcile-apple',
      environment: {
        ...tablesOf(foundation),
        APPLE_SECRET_ID: apple.secret.secretArn,
        APPLE_API_URL: stage.apple.apiUrl,
        APPLE_ENVIRONMENT: stage.apple.environment,
      },
      impact: 'Nobody knows whether what the App Store sold and gave back is what the ledger has.',
    });
    ledger.grantReconcile(reconcile, 'reconciliation-apple');
    apple.grantRead(reconcile);
    schedules.start('ReconcileApple', reconcile, everyMinutes(runEveryMinutes));
  }

  private addReports(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const list = new TributaryFunction<typeof ListReconciliationsEnvironment>(this, 'ListReconciliations', foundation, {
      code: 'reconciliations/list-reconciliations',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators do not see in what the ledger and the providers differ.',
    });
    ledger.grantListReconciliations(list);
    api.serve(listReconciliationsRoute, list);
  }

  private addAlarms({ stage, alarmTopic: topic }: Foundation): void {
    new ActionableAlarm(this, 'PaymentsUnreconciled', {
      topic,
      metric: productMetric(stage, 'PaymentsUnreconciled'),
      when: { above: 0 },
      impact: 'Somebody paid without getting coins, got coins without paying, or kept coins whose money went back.',
      runbook: 'Payments do not reconcile',
    });
    new ActionableAlarm(this, 'ReconciliationLate', {
      topic,
      metric: productMetric(stage, 'ReconciliationAge', { statistic: 'Maximum', minutes: 60 }),
      when: { above: lateAfterSeconds },
      impact: 'For two days nobody has known whether what a provider took and gave back is what the ledger has.',
      runbook: 'A reconciliation is late',
    });
  }
}

/** A day is compared within hours after it ended; two days leave time for a provider that is down. */
const lateAfterSeconds = 2 * 86_400;

function tablesOf({ ledger }: Foundation) {
  return { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName };
}
