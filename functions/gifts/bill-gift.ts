import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { billGift, isSent } from '../../shared/gifts/bill-gift.ts';
import { billGiftRoute } from '../../shared/gifts/billing-routes.ts';
import { countSent } from '../../shared/gifts/count-sent.ts';
import { BillGiftEnvironment } from '../../shared/gifts/environments.ts';
import { presentBilled, readGiftOrder } from '../../shared/gifts/gift-orders.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { verifyWebhook } from '../../shared/http/verify-webhook.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { openSecret, WebhookSigningSecret } from '../../shared/secrets.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(BillGiftEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const recipients = openRecipients(ledger);
const readSecret = openSecret(environment.GIFT_BILLING_SECRET_ID, WebhookSigningSecret);

export const handler = webhook(billGiftRoute.operationId, async (delivery) => {
  verifyWebhook(delivery, await readSecret());
  const order = readGiftOrder(delivery);
  if (isRefusal(order)) return order;
  const billed = await billGift({ ledger, catalog, recipients }, order, delivery.now);
  if (isSent(billed)) countSent(billed);
  return presentBilled(order, billed, delivery.now);
});
