import { Construct } from 'constructs';
import type {
  CreateRechargeEnvironment,
  GetRechargeEnvironment,
  ReceiveStripeEventEnvironment,
  SweepRechargesEnvironment,
  WithdrawRechargeEnvironment,
} from '../shared/recharges/environments.ts';
import { createRechargeRoute, getRechargeRoute, receiveStripeEventRoute } from '../shared/recharges/routes.ts';
import { withdrawRechargeRoute } from '../shared/recharges/withdrawal-routes.ts';
import { StripeSecret } from '../shared/secrets.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { ProviderSecret } from './provider-secret.ts';
import { everyMinutes } from './schedules.ts';

/** What recharges share with payouts: PayPal has one set of keys for both. */
export type RechargeFoundation = Foundation & { paypal: ProviderSecret };

/** Fans buy coins with Stripe or PayPal: order → payment → signed webhook → coins. */
export class Recharges extends Construct {
  readonly stripe: ProviderSecret;

  constructor(scope: Construct, id: string, foundation: RechargeFoundation) {
    super(scope, id);
    this.stripe = new ProviderSecret(this, 'Stripe', {
      stage: foundation.stage,
      provider: 'Stripe',
      schema: StripeSecret,
    });
    this.addCheckout(foundation);
    this.addWebhook(foundation);
    this.addSweep(foundation);
    this.addWithdrawal(foundation);
  }

  private environment({ ledger, stage }: Foundation) {
    return {
      LEDGER_TABLE: ledger.table.tableName,
      CATALOG_TABLE: ledger.catalog.tableName,
      STRIPE_SECRET_ID: this.stripe.secret.secretArn,
      STRIPE_API_URL: stage.stripeApiUrl,
    };
  }

  private payPalEnvironment({ paypal, stage }: RechargeFoundation) {
    return { PAYPAL_SECRET_ID: paypal.secret.secretArn, PAYPAL_API_URL: stage.paypalApiUrl };
  }

  private addCheckout(foundation: RechargeFoundation): void {
    const { ledger, api, paypal } = foundation;

    const createRecharge = new TributaryFunction<typeof CreateRechargeEnvironment>(this, 'CreateRecharge', foundation, {
      code: 'recharges/create-recharge',
      trigger: 'request',
      environment: { ...this.environment(foundation), ...this.payPalEnvironment(foundation) },
      impact: 'Fans cannot buy coins.',
      // The gateway waits 30 seconds, and two attempts to reach the provider must fit in.
      timeoutSeconds: 29,
    });
    ledger.grantCreateRecharge(createRecharge);
    this.stripe.grantRead(createRecharge);
    paypal.grantRead(createRecharge);
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
    ledger.grantReceivePayment(receiveStripeEvent);
    this.stripe.grantRead(receiveStripeEvent);
    api.serveOpenly(
      receiveStripeEventRoute,
      receiveStripeEvent,
      'Stripe has no token: its signature over the body is the proof.',
    );
  }

  private addSweep(foundation: RechargeFoundation): void {
    const { ledger, schedules, paypal } = foundation;
    const sweepRecharges = new TributaryFunction<typeof SweepRechargesEnvironment>(this, 'SweepRecharges', foundation, {
      code: 'recharges/sweep-recharges',
      trigger: 'schedule',
      environment: { ...this.environment(foundation), ...this.payPalEnvironment(foundation) },
      impact: 'Payments whose webhook was lost are not found, so their fans wait for their coins.',
      timeoutSeconds: 55,
    });
    ledger.grantSweepRecharges(sweepRecharges);
    this.stripe.grantRead(sweepRecharges);
    paypal.grantRead(sweepRecharges);
    schedules.start('SweepRecharges', sweepRecharges, everyMinutes(1));
  }

  private addWithdrawal(foundation: RechargeFoundation): void {
    const { ledger, api, paypal } = foundation;
    const withdraw = new TributaryFunction<typeof WithdrawRechargeEnvironment>(this, 'WithdrawRecharge', foundation, {
      code: 'recharges/withdraw-recharge',
      trigger: 'request',
      environment: { ...this.environment(foundation), ...this.payPalEnvironment(foundation) },
      impact: 'Fans cannot use their right of withdrawal.',
      // The gateway waits 30 seconds, and two attempts of two calls to the provider must fit in.
      timeoutSeconds: 29,
    });
    ledger.grantWithdrawRecharge(withdraw);
    this.stripe.grantRead(withdraw);
    paypal.grantRead(withdraw);
    api.serve(withdrawRechargeRoute, withdraw);
  }
}
