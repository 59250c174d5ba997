import type { Stock, StockChange, StockLine } from '../../store/items/stock.ts';
import type { Findings } from './judge-partition.ts';
import { orderSubject, stockSubject } from './subjects.ts';

/** What was stocked is reserved, sold or left; the operators' changes and the orders' lines account for it. */
export function judgeStock({ item, stocked, reserved, sold, left }: Stock, { tally }: Findings): void {
  const subject = stockSubject(item);
  tally.add(subject, 'left', left - (stocked - reserved - sold));
  tally.add(subject, 'stocked', stocked);
  tally.add(subject, 'reserved', reserved);
  tally.add(subject, 'sold', sold);
}

export function judgeStockChange({ item, change }: StockChange, { tally }: Findings): void {
  tally.add(stockSubject(item), 'stocked', -change);
}

export function judgeStockLine(line: StockLine, { tally }: Findings): void {
  const { state, quantity } = line;
  if (state === 'released') return;
  tally.add(stockSubject(line.item), state, -quantity);
  tally.add(orderSubject(line), state, quantity);
}
