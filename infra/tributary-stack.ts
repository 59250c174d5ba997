import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Accounts } from './accounts.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { AppStore } from './app-store.ts';
import { bundleFunctions } from './bundle.ts';
import { Catalog } from './catalog.ts';
import type { Deployment } from './config.ts';
import { Dashboards } from './dashboards.ts';
import { Earnings } from './earnings.ts';
import { Events } from './events.ts';
import type { Foundation, Ground } from './foundation.ts';
import { Gifts } from './gifts.ts';
import { GooglePlay } from './google-play.ts';
import { Guardians } from './guardians.ts';
import { Leaderboards } from './leaderboards.ts';
import { Ledger } from './ledger.ts';
import { Levels } from './levels.ts';
import { Operations } from './operations.ts';
import { Payouts } from './payouts.ts';
import { PublicApi } from './public-api.ts';
import { Recharges } from './recharges.ts';
import { Reconciliations } from './reconciliations.ts';
import { Rewards } from './rewards.ts';
import { Schedules } from './schedules.ts';
import { Shop } from './shop.ts';
import { Statements } from './statements.ts';
import { Users } from './users.ts';
import { WalletRules } from './wallet-rules.ts';

/** The whole product in one stack, with the alarms in a nested one: the capabilities, wired. */
export class TributaryStack extends Stack {
  constructor(scope: Construct, id: string, deployment: Deployment) {
    const { stage } = deployment;
    const description = `Tributary (${stage.name}): coins, gifts and creator payouts`;
    super(scope, id, { description, terminationProtection: stage.isProtected });

    const alarmTopic = new AlarmTopic(this, 'Alarms', deployment);
    const ground: Ground = { stage, alarmTopic, bundles: bundleFunctions() };
    const ledger = new Ledger(this, 'Ledger', ground);
    const api = new PublicApi(this, 'PublicApi', ground, deployment);
    const foundation: Foundation = { ...ground, ledger, api, schedules: new Schedules(this, 'Schedules', ground) };

    new Catalog(this, 'Catalog', foundation);
    new Users(this, 'Users', foundation);
    new WalletRules(this, 'WalletRules', foundation);
    new Guardians(this, 'Guardians', foundation);
    const { payouts, runs, paypal, stripeConnect, reports } = new Payouts(this, 'Payouts', foundation);
    const { stripe } = new Recharges(this, 'Recharges', { ...foundation, paypal });
    const { apple } = new AppStore(this, 'AppStore', foundation);
    const { google, webhookUrl: googleWebhookUrl } = new GooglePlay(this, 'GooglePlay', foundation);
    new Reconciliations(this, 'Reconciliations', { ...foundation, stripe, paypal, apple });
    const { billing } = new Gifts(this, 'Gifts', foundation);
    new Shop(this, 'Shop', foundation);
    const { signing: adSigning } = new Rewards(this, 'Rewards', foundation);
    const { credits, relayAge } = new Earnings(this, 'Earnings', foundation);
    new Statements(this, 'Statements', foundation);
    const { scores, boards } = new Leaderboards(this, 'Leaderboards', foundation);
    new Accounts(this, 'Accounts', { ...foundation, boards });
    new Levels(this, 'Levels', { ...foundation, boards });
    const { bus, webhooks, signing, announcerAge } = new Events(this, 'Events', { ...foundation, scores });
    new Operations(this, 'Operations', foundation);
    const queues = { credits, payouts, 'payout runs': runs, webhooks, scores };
    const { businessUrl, plumbingUrl } = new Dashboards(this, 'Dashboards', {
      foundation,
      queues,
      streamAges: { relay: relayAge, announcer: announcerAge },
    });

    this.output({
      ApiUrl: api.url,
      ...(api.identity && {
        TokenEndpoint: api.identity.tokenEndpoint,
        UserPoolId: api.identity.pool.userPoolId,
        AppClientId: api.identity.app.userPoolClientId,
        OperatorClientId: api.identity.operators.userPoolClientId,
        ApproverClientId: api.identity.approvers.userPoolClientId,
      }),
      StripeSecretName: stripe.secret.secretName,
      StripeConnectSecretName: stripeConnect.secret.secretName,
      PayPalSecretName: paypal.secret.secretName,
      AppleSecretName: apple.secret.secretName,
      GoogleSecretName: google.secret.secretName,
      StripeWebhookUrl: `${api.url}/v1/webhooks/stripe`,
      StripeConnectWebhookUrl: `${api.url}/v1/webhooks/stripe-connect`,
      PayPalWebhookUrl: `${api.url}/v1/webhooks/paypal`,
      AppleWebhookUrl: `${api.url}/v1/webhooks/apple`,
      GoogleWebhookUrl: googleWebhookUrl,
      GiftBillingSecretName: billing.secret.secretName,
      GiftBillingUrl: `${api.url}/v1/webhooks/gift-billing`,
      EventBusName: bus.eventBusName,
      AdSigningSecretName: adSigning.secret.secretName,
      AdWebhookUrl: `${api.url}/v1/webhooks/ads`,
      AdMobWebhookUrl: `${api.url}/v1/webhooks/admob`,
      WebhookSigningSecretName: signing.secret.secretName,
      LedgerTableName: ledger.table.tableName,
      ReportsBucketName: reports.bucket.bucketName,
      AlarmTopicArn: alarmTopic.topic.topicArn,
      BusinessDashboard: businessUrl,
      PlumbingDashboard: plumbingUrl,
    });
  }

  private output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
