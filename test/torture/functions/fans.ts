import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { findGift } from '../../../shared/gifts/find-gift.ts';
import { presentGift, presentSent } from '../../../shared/gifts/present-gift.ts';
import { openRecipients } from '../../../shared/gifts/recipients.ts';
import { getGiftRoute, sendGiftRoute } from '../../../shared/gifts/routes.ts';
import { sendGift } from '../../../shared/gifts/send-gift.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { parsePage } from '../../../shared/http/page.ts';
import { grantCoins } from '../../../shared/operations/grant-coins.ts';
import { grantCoinsRoute, setWalletStatusRoute } from '../../../shared/operations/routes.ts';
import { setWalletStatus } from '../../../shared/operations/set-wallet-status.ts';
import { isRefusal, refuse } from '../../../shared/refusals.ts';
import { getWallet, userNotFound } from '../../../shared/users/get-wallet.ts';
import { listWalletEntries } from '../../../shared/users/list-wallet-entries.ts';
import { presentUser } from '../../../shared/users/present-user.ts';
import { putUser } from '../../../shared/users/put-user.ts';
import { getWalletRoute, listWalletEntriesRoute, putUserRoute } from '../../../shared/users/routes.ts';
import type { Cloud } from './cloud.ts';

/** The functions on the fans' side, wired as their files under `functions/` wire them; each call makes a new instance. */
export const fanFunctions = {
  'put-user'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(putUserRoute, async ({ parameters, body, now }) => {
      const registered = await putUser({ ledger, catalog }, { ...parameters, ...body, now });
      return isRefusal(registered) ? registered : { value: presentUser(registered) };
    });
  },

  'get-wallet'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(getWalletRoute, async ({ parameters, now }) => {
      const wallet = await getWallet({ ledger, catalog }, { ...parameters, now });
      return isRefusal(wallet) ? wallet : { value: wallet };
    });
  },

  'list-wallet-entries'({ ledger }: Cloud) {
    return endpoint(listWalletEntriesRoute, async ({ parameters, query }) => {
      const page = parsePage(query);
      if (isRefusal(page)) return page;
      const statement = await listWalletEntries({ ledger }, { ...parameters, page });
      return isRefusal(statement) ? statement : { value: statement };
    });
  },

  'send-gift'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    const recipients = openRecipients(ledger);
    return endpoint(sendGiftRoute, async ({ body, idempotencyKey, now }) => {
      const sent = await sendGift({ ledger, catalog, recipients }, { ...body, giftId: idempotencyKey }, now);
      return isRefusal(sent) ? sent : { value: presentSent(sent, now), replayed: sent.replayed };
    });
  },

  'get-gift'({ ledger }: Cloud) {
    return endpoint(getGiftRoute, async ({ parameters: { userId, giftId } }) => {
      const { wallet, gift } = await findGift(ledger, { senderId: userId, giftId });
      if (!wallet) return userNotFound(userId);
      return gift ? { value: presentGift(gift) } : refuse('gift_not_found', 'There is no such gift.', { giftId });
    });
  },

  'grant-coins'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(grantCoinsRoute, async ({ body, idempotencyKey, caller, now }) => {
      const granted = await grantCoins({ ledger, catalog }, { ...body, grantId: idempotencyKey, caller, now });
      if (isRefusal(granted)) return granted;
      const { userId, coins } = body;
      const value = { grantId: idempotencyKey, userId, coins, wallet: { coins: granted.coins } };
      return { value, replayed: granted.replayed };
    });
  },

  'set-wallet-status'({ ledger }: Cloud) {
    return endpoint(setWalletStatusRoute, async ({ parameters, body, caller, now }) => {
      const refusal = await setWalletStatus(ledger, { ...parameters, ...body, caller, now });
      return refusal ?? { value: { ...parameters, status: body.status } };
    });
  },
};
