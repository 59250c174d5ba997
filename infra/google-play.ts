import { Construct } from 'constructs';
import type {
  ListGoogleVoidsEnvironment,
  ReceiveGoogleEventEnvironment,
  ReceiveGooglePurchaseEnvironment,
  SweepGooglePurchasesEnvironment,
} from '../shared/recharges/environments.ts';
import { receiveGoogleEventRoute, receiveGooglePurchaseRoute } from '../shared/recharges/google-routes.ts';
import { GoogleSecret } from '../shared/secrets.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { ProviderSecret } from './provider-secret.ts';
import { everyMinutes } from './schedules.ts';

/** The same for every stage: Google has no sandbox, but license testers. */
const addresses = {
  play: 'https://androidpublisher.googleapis.com',
  token: 'https://oauth2.googleapis.com/token',
  certs: 'https://www.googleapis.com/oauth2/v1/certs',
};

/** Fans buy coins at Google Play: the app and Google's notifications tell of a purchase, and Google is asked what it is. */
export class GooglePlay extends Construct {
  readonly google: ProviderSecret;
  /** Where Pub/Sub is to push to, and the audience of its tokens. */
  readonly webhookUrl: string;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    this.google = new ProviderSecret(this, 'Google', {
      stage: foundation.stage,
      provider: 'Google',
      schema: GoogleSecret,
    });
    this.webhookUrl = `${foundation.api.url}${receiveGoogleEventRoute.path}`;
    this.addPurchases(foundation);
    this.addWebhook(foundation);
    this.addSweep(foundation);
    this.addVoids(foundation);
  }

  private environment({ ledger, stage }: Foundation) {
    return {
      LEDGER_TABLE: ledger.table.tableName,
      CATALOG_TABLE: ledger.catalog.tableName,
      GOOGLE_SECRET_ID: this.google.secret.secretArn,
      GOOGLE_PLAY_API_URL: addresses.play,
      GOOGLE_TOKEN_URL: addresses.token,
      GOOGLE_TEST_PURCHASES: stage.googleTestPurchases,
    };
  }

  private addPurchases(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const receiveGooglePurchase = new TributaryFunction<typeof ReceiveGooglePurchaseEnvironment>(
      this,
      'ReceiveGooglePurchase',
      foundation,
      {
        code: 'recharges/receive-google-purchase',
        trigger: 'request',
        environment: this.environment(foundation),
        impact: "Fans who bought at Google Play get their coins late, by Google's notification.",
        timeoutSeconds: 29,
      },
    );
    ledger.grantReceiveGooglePurchase(receiveGooglePurchase);
    this.google.grantRead(receiveGooglePurchase);
    api.serve(receiveGooglePurchaseRoute, receiveGooglePurchase);
  }

  private addWebhook(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const receiveGoogleEvent = new TributaryFunction<typeof ReceiveGoogleEventEnvironment>(
      this,
      'ReceiveGoogleEvent',
      foundation,
      {
        code: 'recharges/receive-google-event',
        trigger: 'request',
        environment: {
          ...this.environment(foundation),
          GOOGLE_CERTS_URL: addresses.certs,
          GOOGLE_PUSH_AUDIENCE: this.webhookUrl,
        },
        impact: 'Purchases whose app fell silent, and refunds of Google Play, wait until Pub/Sub pushes again.',
        timeoutSeconds: 29,
      },
    );
    ledger.grantReceiveGoogleEvent(receiveGoogleEvent);
    this.google.grantRead(receiveGoogleEvent);
    api.serveOpenly(
      receiveGoogleEventRoute,
      receiveGoogleEvent,
      "Pub/Sub's token is of Google's own issuer: the function verifies it, and asks Google about all that the message says.",
    );
  }

  private addSweep(foundation: Foundation): void {
    const { ledger, schedules } = foundation;
    const sweepGooglePurchases = new TributaryFunction<typeof SweepGooglePurchasesEnvironment>(
      this,
      'SweepGooglePurchases',
      foundation,
      {
        code: 'recharges/sweep-google-purchases',
        trigger: 'schedule',
        environment: this.environment(foundation),
        impact: 'Purchases that were credited and not consumed are given back by Google after three days.',
        timeoutSeconds: 55,
      },
    );
    ledger.grantSweepGooglePurchases(sweepGooglePurchases);
    this.google.grantRead(sweepGooglePurchases);
    schedules.start('SweepGooglePurchases', sweepGooglePurchases, everyMinutes(1));
  }

  private addVoids(foundation: Foundation): void {
    const { ledger, schedules } = foundation;
    const listGoogleVoids = new TributaryFunction<typeof ListGoogleVoidsEnvironment>(
      this,
      'ListGoogleVoids',
      foundation,
      {
        code: 'recharges/list-google-voids',
        trigger: 'schedule',
        environment: this.environment(foundation),
        impact: 'Refunds of Google Play whose notification was lost take no coins back; the list reaches back 30 days.',
        timeoutSeconds: 240,
      },
    );
    ledger.grantListGoogleVoids(listGoogleVoids);
    this.google.grantRead(listGoogleVoids);
    schedules.start('ListGoogleVoids', listGoogleVoids, everyMinutes(15));
  }
}
