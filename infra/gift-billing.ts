import type { Construct } from 'constructs';
import { billGiftRoute } from '../shared/gifts/billing-routes.ts';
import type { BillGiftEnvironment } from '../shared/gifts/environments.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import type { SigningSecret } from './signing-secret.ts';

/** Live SDKs ask before they show a gift. */
export class GiftBilling extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation & { secret: SigningSecret }) {
    super(scope, id, foundation, 'gifts that live SDKs ask about');
    const { ledger, api, secret } = foundation;
    const billGift = new TributaryFunction<typeof BillGiftEnvironment>(this, 'BillGift', foundation, {
      code: 'gifts/bill-gift',
      trigger: 'request',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
        GIFT_BILLING_SECRET_ID: secret.secret.secretArn,
      },
      impact: 'Fans cannot send gifts through live SDKs that ask before they show one.',
    });
    ledger.grantSendGift(billGift);
    secret.grantRead(billGift);
    api.serveOpenly(billGiftRoute, billGift, 'Live SDKs have no token; each request is signed with a shared secret.');
  }
}
