import type { EntitlementDefinition, GoodsDefinition } from '../catalog/shop-schema.ts';
import { type Refusal, refuse } from '../refusals.ts';

type Definition = EntitlementDefinition | GoodsDefinition;

export function itemNotFound(item: string): Refusal {
  return refuse('item_not_found', `The catalogue sells no ${item}: list what it sells with GET /v1/catalog/items.`, {
    item,
  });
}

/** Whether something is sold now, in a region, at the price that the user saw. Refusals in this order: `item_unavailable`, `price_changed`. */
export function refuseOffer(
  definition: Definition,
  { unitPrice, region, now }: { unitPrice: number; region: string; now: Date },
): Refusal | undefined {
  const { code: item, coins: price } = definition;
  if (!isOnSale(definition, now)) return refuse('item_unavailable', `${item} is not on sale at present.`, { item });
  if (!isSoldIn(definition, region))
    return refuse('item_unavailable', `${item} is not sold in ${region}.`, { item, region });
  if (unitPrice === price) return undefined;
  return refuse('price_changed', `${item} costs ${price} coins, not ${unitPrice}: show the new price and ask again.`, {
    item,
    unitPrice,
    price,
  });
}

export function isOnSale({ enabled, from, until }: Definition, now: Date): boolean {
  const at = now.toISOString();
  return enabled && (from === undefined || at >= from) && (until === undefined || at < until);
}

export function isSoldIn({ regions }: Definition, region: string): boolean {
  return regions === undefined || regions.includes(region);
}
