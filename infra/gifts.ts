import { Construct } from 'constructs';
import type { GetComboEnvironment, GetGiftEnvironment, SendGiftEnvironment } from '../shared/gifts/environments.ts';
import { getComboRoute, getGiftRoute, sendGiftRoute } from '../shared/gifts/routes.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { GiftBilling } from './gift-billing.ts';
import { SigningSecret } from './signing-secret.ts';

/** Coins become gifts. */
export class Gifts extends Construct {
  /** With which live SDKs sign what they ask. */
  readonly billing: SigningSecret;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { ledger, api } = foundation;

    const sendGift = new TributaryFunction<typeof SendGiftEnvironment>(this, 'SendGift', foundation, {
      code: 'gifts/send-gift',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Fans cannot send gifts.',
    });
    ledger.grantSendGift(sendGift);
    api.serve(sendGiftRoute, sendGift);

    const getGift = new TributaryFunction<typeof GetGiftEnvironment>(this, 'GetGift', foundation, {
      code: 'gifts/get-gift',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Apps cannot look up whether a gift was sent; sending itself is not touched.',
    });
    ledger.grantGetGift(getGift);
    api.serve(getGiftRoute, getGift);

    this.billing = new SigningSecret(this, 'BillingSigning', { ...foundation, signs: 'gift billing by live SDKs' });
    new GiftBilling(this, 'Billing', { ...foundation, secret: this.billing });
    new Combos(this, 'Combos', foundation);
  }
}

class Combos extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'streaks of gifts');
    const { ledger, api } = foundation;
    const getCombo = new TributaryFunction<typeof GetComboEnvironment>(this, 'GetCombo', foundation, {
      code: 'gifts/get-combo',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Apps cannot show how long a streak is; sending itself is not touched.',
    });
    ledger.grantGetCombo(getCombo);
    api.serve(getComboRoute, getCombo);
  }
}
