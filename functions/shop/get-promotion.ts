import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { findPromotion } from '../../shared/shop/find-reservation.ts';
import { presentPromotion } from '../../shared/shop/present.ts';
import { getPromotionRoute } from '../../shared/shop/promotion-routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(getPromotionRoute, async ({ parameters }) => {
  const promotion = await findPromotion(ledger, parameters);
  return isRefusal(promotion) ? promotion : { value: presentPromotion(promotion) };
});
