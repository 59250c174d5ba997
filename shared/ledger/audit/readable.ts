import type { Item } from '../../store/table.ts';
import { itemSubject } from './subjects.ts';
import type { Tally } from './tally.ts';

/** The item as it parses; none when it does not, which is a difference of its own and must not stop the audit. */
export function readable<Parsed>(item: Item, parse: (item: Item) => Parsed, tally: Tally): Parsed[] {
  try {
    return [parse(item)];
  } catch {
    tally.add(itemSubject({ pk: String(item.pk), sk: String(item.sk) }), 'unreadable', 1);
    return [];
  }
}
