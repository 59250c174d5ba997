import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Balance, Moment } from './common.ts';

/** How many there are of something: `STOCK#{item}` / `STOCK`. What was stocked is reserved, sold or left. */
export const Stock = z.object({ item: z.string(), stocked: Balance, reserved: Balance, sold: Balance, left: Balance });
export type Stock = z.infer<typeof Stock>;

export function parseStock(item: Item): Stock {
  return z.parse(Stock, item);
}

/** One change by an operator, whose client is `changedBy`: `STOCK#{item}` / `CHANGE#{id}`. */
export const StockChange = z.object({
  changeId: z.string(),
  item: z.string(),
  /** How many more there are; fewer when negative. */
  change: z.int(),
  reason: z.string(),
  changedBy: z.string(),
  at: Moment,
});
export type StockChange = z.infer<typeof StockChange>;

export function parseStockChange(item: Item): StockChange {
  return z.parse(StockChange, item);
}

/** What an order takes of the stock, or took: `STOCK#{item}` / `LINE#{order}#{user}`. */
export const StockLine = z.object({
  item: z.string(),
  userId: z.string(),
  reservationId: z.string(),
  quantity: Amount,
  state: z.enum(['reserved', 'sold', 'released']),
});
export type StockLine = z.infer<typeof StockLine>;

export function parseStockLine(item: Item): StockLine {
  return z.parse(StockLine, item);
}
