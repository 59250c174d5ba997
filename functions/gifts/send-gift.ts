import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { countSent } from '../../shared/gifts/count-sent.ts';
import { SendGiftEnvironment } from '../../shared/gifts/environments.ts';
import { presentSent } from '../../shared/gifts/present-gift.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { sendGiftRoute } from '../../shared/gifts/routes.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SendGiftEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const recipients = openRecipients(ledger);

export const handler = endpoint(sendGiftRoute, async ({ body, idempotencyKey, now }) => {
  const sent = await sendGift({ ledger, catalog, recipients }, { ...body, giftId: idempotencyKey }, now);
  if (isRefusal(sent)) return sent;
  countSent(sent);
  return { value: presentSent(sent, now), replayed: sent.replayed };
});
