import { Construct } from 'constructs';
import type {
  CreateRechargeEnvironment,
  GetRechargeEnvironment,
  ReceiveStripeEventEnvironment,
  SweepRechargesEnvironment,
} from '../shared/recharges/environments.ts';
import { createRechargeRoute, getRechargeRoute, receiveStripeEventRoute } from '../shared/recharges/routes.ts';
import { StripeSecret } from '../shared/secrets.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { ProviderSecret } from './provider-secret.ts';
import { everyMinutes } from './schedules.ts';

/** Fans buy coins with Stripe: order → payment → signed webhook → coins. */
export class Recharges extends Construct {
  readonly stripe: ProviderSecret;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    this.stripe = new ProviderSecret(this, 'Stripe', {
      stage: foundation.stage,
      provider: 'Stripe',
      schema: StripeSecret,
    });
    this.addCheckout(foundation);
    this.addWebhook(foundation);
    this.addSweep(foundation);
  }

  private environment({ ledger, stage }: Foundation) {
    return {
      LEDGER_TABLE: ledger.table.tableName,
      CATALOG_TABLE: ledger.catalog.tableName,
      STRIPE_SECRET_ID: this.stripe.secret.secretArn,
      STRIPE_API_URL: stage.stripeApiUrl,
    };
  }

  private addCheckout(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const createRecharge = new TributaryFunction<typeof CreateRechargeEnvironment>(this, 'CreateRecharge', foundation, {
      code: 'recharges/create-recharge',
      trigger: 'request',
      environment: this.environment(foundation),
      impact: 'Fans cannot buy coins.',
      // The gateway waits 30 seconds, and two attempts to reach Stripe must fit in.
      timeoutSeconds: 29,
    });
    ledger.grantCreateRecharge(createRecharge);
    this.stripe.grantRead(createRecharge);
    api.serve(createRechargeRoute, createRecharge);

    const getRecharge = new TributaryFunction<typeof GetRechargeEnvironment>(this, 'GetRecharge', foundation, {
      code: 'recharges/get-recharge',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Fans do not learn whether their payment has arrived; their coins do arrive.',
    });
    ledger.grantGetRecharge(getRecharge);
    api.serve(getRechargeRoute, getRecharge);
  }

  private addWebhook(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const receiveStripeEvent = new TributaryFunction<typeof ReceiveStripeEventEnvironment>(
      this,
      'ReceiveStripeEvent',
      foundation,
      {
        code: 'recharges/receive-stripe-event',
        trigger: 'request',
        environment: this.environment(foundation),
        impact: 'Fans have paid and get their coins late, when Stripe repeats its event or the sweep asks.',
        timeoutSeconds: 15,
      },
    );
    ledger.grantReceiveStripeEvent(receiveStripeEvent);
    this.stripe.grantRead(receiveStripeEvent);
    api.serveOpenly(
      receiveStripeEventRoute,
      receiveStripeEvent,
      'Stripe has no token: its signature over the body is the proof.',
    );
  }

  private addSweep(foundation: Foundation): void {
    const { ledger, schedules } = foundation;
    const sweepRecharges = new TributaryFunction<typeof SweepRechargesEnvironment>(this, 'SweepRecharges', foundation, {
      code: 'recharges/sweep-recharges',
      trigger: 'schedule',
      environment: this.environment(foundation),
      impact: 'Payments whose webhook was lost are not found, so their fans wait for their coins.',
      timeoutSeconds: 55,
    });
    ledger.grantSweepRecharges(sweepRecharges);
    this.stripe.grantRead(sweepRecharges);
    schedules.start('SweepRecharges', sweepRecharges, everyMinutes(1));
  }
}
