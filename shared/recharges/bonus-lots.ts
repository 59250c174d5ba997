import type { Recharge } from '../store/items/recharge.ts';
import type { PromoLot } from '../store/items/wallet.ts';

const prefix = 'recharge-';

/** The promotional lot of an order's bonus coins. */
export function bonusLotId({ rechargeId }: Pick<Recharge, 'rechargeId'>): string {
  return prefix + rechargeId;
}

/** The order whose bonus coins a lot holds; none for any other lot. */
export function bonusOrderOf(lotId: string): string | undefined {
  return lotId.startsWith(prefix) ? lotId.slice(prefix.length) : undefined;
}

/** A lot of an order's bonus coins, worth to creators what was agreed with the order. */
export function bonusLot(order: Recharge, { coins, expiresAt }: Pick<PromoLot, 'coins' | 'expiresAt'>): PromoLot {
  const { bonusWorthBasisPoints: worthBasisPoints } = order;
  return { lotId: bonusLotId(order), coins, expiresAt, ...(worthBasisPoints !== undefined && { worthBasisPoints }) };
}
