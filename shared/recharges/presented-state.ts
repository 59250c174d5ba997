import * as z from 'zod/mini';
import { moneyOf, type Recharge, RechargeState } from '../store/items/recharge.ts';
import { exposureOf } from './claims.ts';

/** What a recharge is to those who ask: the state of the order and, once it is paid, what became of its payment. */
export const PresentedState = z.enum([
  ...RechargeState.options,
  'partially_refunded',
  'refunded',
  'disputed',
  'charged_back',
]);
export type PresentedState = z.infer<typeof PresentedState>;

/**
 * `docs/recharge-states.md` explains the names. An open dispute goes first, because the end is not known; a lost one goes
 * before refunds. What we only ask for (a withdrawal on its way) changes nothing until the provider says so.
 */
export function presentedState(order: Recharge): PresentedState {
  if (order.state !== 'paid') return order.state;
  const disputes = Object.values(order.claims ?? {}).filter(({ kind }) => kind === 'dispute');
  if (disputes.some(({ state }) => state === 'open')) return 'disputed';
  if (disputes.some(({ state }) => state === 'lost')) return 'charged_back';
  const { goneMinor } = exposureOf(order);
  if (goneMinor === 0) return 'paid';
  return goneMinor < moneyOf(order).minor ? 'partially_refunded' : 'refunded';
}
