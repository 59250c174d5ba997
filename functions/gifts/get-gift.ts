import { readEnvironment } from '../../shared/environment.ts';
import { GetGiftEnvironment } from '../../shared/gifts/environments.ts';
import { findGift } from '../../shared/gifts/find-gift.ts';
import { presentGift } from '../../shared/gifts/present-gift.ts';
import { getGiftRoute } from '../../shared/gifts/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { refuse } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { userNotFound } from '../../shared/users/get-wallet.ts';

const ledger = connectTable(readEnvironment(GetGiftEnvironment).LEDGER_TABLE);

export const handler = endpoint(getGiftRoute, async ({ parameters: { userId, giftId } }) => {
  const { wallet, gift } = await findGift(ledger, { senderId: userId, giftId });
  if (!wallet) return userNotFound(userId);
  return gift
    ? { value: presentGift(gift) }
    : refuse('gift_not_found', `The user ${userId} has sent no gift ${giftId}.`, { giftId });
});
