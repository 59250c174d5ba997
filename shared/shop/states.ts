import type { GoodsOrderState, PromotionState } from '../store/items/reservation.ts';
import type { Transition } from '../store/state-machine.ts';

/** How a promotion ends: by the app, or by itself some time after its end. */
export const promotionEndings = {
  finished: { from: ['running'], to: 'finished' },
  canceled: { from: ['running'], to: 'canceled' },
  lapsed: { from: ['running'], to: 'lapsed' },
} as const satisfies Record<string, Transition<PromotionState>>;

/** How an order of goods ends: by the app, or by itself when nobody confirmed it in time. */
export const goodsOrderEndings = {
  confirmed: { from: ['reserved'], to: 'confirmed' },
  canceled: { from: ['reserved'], to: 'canceled' },
  lapsed: { from: ['reserved'], to: 'lapsed' },
} as const satisfies Record<string, Transition<GoodsOrderState>>;
