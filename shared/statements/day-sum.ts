import type { Day } from '../calendar.ts';
import type { CatalogVersion } from '../catalog/schemas.ts';
import type { CreatorEntry, CreditEntry } from '../store/items/creator.ts';
import type { Closing, CreatorDay, Credited, Movement } from '../store/items/creator-day.ts';
import { addChanges, afterEntry, maturedOn, movementOf } from './balances.ts';
import { Leaders } from './leaders.ts';

/** All versions of the rates, the oldest first. */
export type RatesHistory = CatalogVersion<'rates'>[];

/** So many names of each ranking stay with a day that is over. */
const namesPerDay = 100;

/** So many are kept while a day is added up: three rankings of them fit into an item by far. */
const namesInProgress = 500;

/** What the entries of one creator's day add up to. It takes the same room however many these are. */
export class DaySum {
  readonly creatorId: string;
  readonly day: Day;
  #closing: Closing;
  readonly #movements: Map<string, Movement>;
  readonly #credited: Map<string, Credited>;
  readonly #contexts: Leaders;
  readonly #gifts: Leaders;
  readonly #supporters: Leaders;

  /** Begins with what the creator had when the day before was over, or goes on with what was stored. */
  constructor(begun: Pick<CreatorDay, 'creatorId' | 'day' | 'closing'> & Partial<CreatorDay>) {
    this.creatorId = begun.creatorId;
    this.day = begun.day;
    this.#closing = maturedOn(begun.closing, begun.day);
    this.#movements = new Map(begun.movements?.map((movement) => [nameOf(movement), movement]));
    this.#credited = new Map(begun.credited?.map((credited) => [credited.ratesVersion, credited]));
    this.#contexts = new Leaders(namesInProgress, begun.contexts);
    this.#gifts = new Leaders(namesInProgress, begun.gifts);
    this.#supporters = new Leaders(namesInProgress, begun.supporters);
  }

  add(entry: CreatorEntry, rates: RatesHistory): void {
    const movement = movementOf(entry);
    const known = this.#movements.get(nameOf(movement));
    this.#movements.set(nameOf(movement), known ? addMovements(known, movement) : movement);
    this.#closing = afterEntry(this.#closing, entry, movement);
    if (entry.flow === 'credit') this.#addCredit(entry, rates);
  }

  /** The day as it is kept when it is over. */
  toItem(): CreatorDay {
    return this.#describe(namesPerDay);
  }

  /** All that it takes to go on. */
  toStored(): CreatorDay {
    return this.#describe(namesInProgress);
  }

  #addCredit({ gifts, contexts, at }: CreditEntry, rates: RatesHistory): void {
    const { version, value } = rates.findLast(({ effectiveAt }) => effectiveAt <= at) ?? firstOf(rates);
    const credited = this.#credited.get(version) ?? {
      ratesVersion: version,
      coinsPerDiamond: value.coinsPerDiamond,
      gifts: 0,
      coins: 0,
      milliDiamonds: 0,
    };
    for (const { gift, senderId, quantity, coins, milliDiamonds, context = 0 } of gifts) {
      credited.gifts += quantity;
      credited.coins += coins;
      credited.milliDiamonds += milliDiamonds;
      const share = { gifts: quantity, milliDiamonds };
      const place = contexts?.[context];
      if (place) this.#contexts.add(`${place.type}#${place.id}`, share);
      else this.#contexts.addAll({ first: [], rest: share });
      this.#gifts.add(gift, share);
      this.#supporters.add(senderId, share);
    }
    this.#credited.set(version, credited);
  }

  #describe(names: number): CreatorDay {
    return {
      creatorId: this.creatorId,
      day: this.day,
      movements: [...this.#movements.values()],
      credited: [...this.#credited.values()],
      contexts: this.#contexts.ranking(names),
      gifts: this.#gifts.ranking(names),
      supporters: this.#supporters.ranking(names),
      closing: maturedOn(this.#closing, this.day),
    };
  }
}

function nameOf({ flow, currency }: Movement): string {
  return `${flow} ${currency ?? ''}`;
}

function addMovements(a: Movement, b: Movement): Movement {
  return {
    ...a,
    count: a.count + b.count,
    changes: addChanges(a.changes, b.changes),
    ...(a.netMinor !== undefined && { netMinor: a.netMinor + (b.netMinor ?? 0) }),
    ...(a.feeMinor !== undefined && { feeMinor: a.feeMinor + (b.feeMinor ?? 0) }),
  };
}

function firstOf(rates: RatesHistory): CatalogVersion<'rates'> {
  const [first] = rates;
  if (!first) throw new Error('The catalogue has no rates: seed it (a deployment does) or publish a version.');
  return first;
}
