import type * as z from 'zod/mini';
import type { Catalog } from '../catalog/catalog.ts';
import { isOn } from '../catalog/switches.ts';
import type { CodeBatch } from '../store/items/code.ts';
import { coinsLeft, type GoodsOrder, type Promotion, type Reservation } from '../store/items/reservation.ts';
import type { Purchased } from './purchase-item.ts';
import type { Redeemed } from './redeem-code.ts';
import { isOnSale, isSoldIn } from './refuse-offer.ts';
import type {
  CodeBatchAnswer,
  GoodsOrderAnswer,
  ItemsAnswer,
  PromotionAnswer,
  PurchaseAnswer,
  RedemptionAnswer,
} from './schemas.ts';

export async function listItems(
  catalog: Catalog,
  { region, now }: { region: string; now: Date },
): Promise<z.infer<typeof ItemsAnswer>> {
  const [{ version, value }, switches] = await Promise.all([
    catalog.current('shop', now),
    catalog.current('switches', now),
  ]);
  const isOffered = (item: (typeof value)['goods'][number] | (typeof value)['entitlements'][number]) =>
    isOnSale(item, now) && isSoldIn(item, region);
  const entitlements = value.entitlements.filter(isOffered).map(({ code: item, name, type, coins, days }) => ({
    item,
    name,
    type,
    coins,
    ...(days !== undefined && { days }),
  }));
  const goods = isOn(switches.value, 'goods', region)
    ? value.goods
        .filter(isOffered)
        .map(({ code: item, name, type, coins, mostAtOnce }) => ({ item, name, type, coins, mostAtOnce }))
    : [];
  return { region, version, items: [...entitlements, ...goods] };
}

export function presentPurchase({ entry, walletCoins }: Purchased): z.infer<typeof PurchaseAnswer> {
  const { entryId: purchaseId, userId, item, unitPrice: coins, at: purchasedAt, heldUntil } = entry;
  const until = heldUntil === undefined ? {} : { heldUntil };
  return { purchaseId, userId, item, coins, purchasedAt, ...until, wallet: { coins: walletCoins } };
}

function releasedOf({ released }: Reservation): Pick<z.infer<typeof PromotionAnswer>, 'released'> {
  if (!released) return {};
  const { at, paidCoins, promoCoins, repaidCoins } = released;
  return { released: { coins: paidCoins + promoCoins, ...(repaidCoins > 0 && { repaidCoins }), at } };
}

export function presentPromotion(promotion: Promotion): z.infer<typeof PromotionAnswer> {
  const { reservationId, userId, videoId, state, coins, spentCoins, createdAt, endsAt } = promotion;
  return {
    promotionId: reservationId,
    ...{ userId, videoId, state, budget: coins, spentCoins },
    remainingCoins: coinsLeft(promotion),
    ...releasedOf(promotion),
    ...{ startedAt: createdAt, endsAt },
  };
}

export function presentOrder(order: GoodsOrder): z.infer<typeof GoodsOrderAnswer> {
  const { reservationId, userId, item, quantity, unitPrice, coins, state, createdAt, expiresAt } = order;
  return {
    orderId: reservationId,
    ...{ userId, item, quantity, unitPrice, coins, state },
    ...releasedOf(order),
    ...{ orderedAt: createdAt, expiresAt },
  };
}

export function presentRedemption({ entry, walletCoins }: Redeemed): z.infer<typeof RedemptionAnswer> {
  const { entryId, userId, at, amounts, expiresAt, item, heldUntil } = entry;
  return {
    redemptionId: entryId,
    userId,
    redeemedAt: at,
    coins: amounts.promoCoins,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(item !== undefined && { item }),
    ...(heldUntil !== undefined && { heldUntil }),
    wallet: { coins: walletCoins },
  };
}

export function presentBatch(batch: CodeBatch, codes: string[] = []): z.infer<typeof CodeBatchAnswer> {
  const { owner, worthCoins: _, revokedAt, revokedBy, revokedFor, ...made } = batch;
  return {
    ...made,
    ...(owner !== undefined && { userId: owner }),
    status: revokedAt === undefined ? 'valid' : 'revoked',
    ...(revokedAt !== undefined && { revokedAt }),
    ...(revokedBy !== undefined && { revokedBy }),
    ...(revokedFor !== undefined && { revokedFor }),
    ...(codes.length > 0 && { codes }),
  };
}
