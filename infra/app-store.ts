import { Construct } from 'constructs';
import type {
  ReceiveAppleEventEnvironment,
  ReceiveAppleTransactionEnvironment,
} from '../shared/recharges/environments.ts';
import { receiveAppleEventRoute, receiveAppleTransactionRoute } from '../shared/recharges/routes.ts';
import { AppleSecret } from '../shared/secrets.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { ProviderSecret } from './provider-secret.ts';

/** Fans buy coins in the App Store: what Apple signed arrives by the app and by Apple's notification, in any order. */
export class AppStore extends Construct {
  readonly apple: ProviderSecret;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    this.apple = new ProviderSecret(this, 'Apple', {
      stage: foundation.stage,
      provider: 'Apple',
      schema: AppleSecret,
    });
    this.addReceipts(foundation);
    this.addWebhook(foundation);
  }

  private environment({ ledger, stage }: Foundation) {
    return {
      LEDGER_TABLE: ledger.table.tableName,
      CATALOG_TABLE: ledger.catalog.tableName,
      APPLE_SECRET_ID: this.apple.secret.secretArn,
      APPLE_ENVIRONMENT: stage.apple.environment,
    };
  }

  private addReceipts(foundation: Foundation): void {
    const { ledger, api } = foundation;
    const receiveAppleTransaction = new TributaryFunction<typeof ReceiveAppleTransactionEnvironment>(
      this,
      'ReceiveAppleTransaction',
      foundation,
      {
        code: 'recharges/receive-apple-transaction',
        trigger: 'request',
        environment: this.environment(foundation),
        impact: "Fans who bought in the App Store get their coins late, by Apple's notification.",
        timeoutSeconds: 15,
      },
    );
    ledger.grantReceivePayment(receiveAppleTransaction);
    this.apple.grantRead(receiveAppleTransaction);
    api.serve(receiveAppleTransactionRoute, receiveAppleTransaction);
  }

  private addWebhook(foundation: Foundation): void {
    const { ledger, api, stage } = foundation;
    const receiveAppleEvent = new TributaryFunction<typeof ReceiveAppleEventEnvironment>(
      this,
      'ReceiveAppleEvent',
      foundation,
      {
        code: 'recharges/receive-apple-event',
        trigger: 'request',
        environment: { ...this.environment(foundation), APPLE_API_URL: stage.apple.apiUrl },
        impact: 'Refunds of the App Store take no coins back until Apple sends its notification again, for 72 hours.',
        timeoutSeconds: 15,
      },
    );
    ledger.grantReceivePayment(receiveAppleEvent);
    this.apple.grantRead(receiveAppleEvent);
    api.serveOpenly(
      receiveAppleEventRoute,
      receiveAppleEvent,
      "Apple has no token: its signature in the body, traced to Apple's root, is the proof.",
    );
  }
}
