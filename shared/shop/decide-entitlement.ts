import { daysAfter } from '../calendar.ts';
import type { EntitlementDefinition } from '../catalog/shop-schema.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Entitlement } from '../store/items/entitlement.ts';

/** Whether the user may use the thing at `now`. */
export function isHeld({ heldUntil }: Pick<Entitlement, 'heldUntil'>, now: Date): boolean {
  return heldUntil === undefined || heldUntil > now.toISOString();
}

type Got = { userId: string; definition: EntitlementDefinition; coins: number; redemptions: number; now: Date };

/**
 * What getting something once more makes of what the user has of it: days are added to those that are left. What somebody
 * has for good cannot be got again: `item_owned`.
 */
export function decideEntitlement(current: Entitlement | undefined, got: Got): Entitlement | Refusal {
  const { userId, definition, coins, redemptions, now } = got;
  const { code: item, days } = definition;
  const held = current && isHeld(current, now) ? current : undefined;
  if (held && held.heldUntil === undefined)
    return refuse('item_owned', `The user has ${item} for good already.`, { item });
  const from = held?.heldUntil === undefined ? now.getTime() : Date.parse(held.heldUntil);
  return {
    userId,
    item,
    heldSince: held?.heldSince ?? now.toISOString(),
    ...(days !== undefined && { heldUntil: daysAfter(new Date(from), days).toISOString() }),
    coins: (current?.coins ?? 0) + coins,
    redemptions: (current?.redemptions ?? 0) + redemptions,
    version: (current?.version ?? 0) + 1,
  };
}
