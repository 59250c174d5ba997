import type { Ranking } from '../store/items/creator-day.ts';

type Share = { gifts: number; milliDiamonds: number };

/**
 * Who brought most, in bounded memory. With more names than it may keep, the smaller half is put together as the rest, so
 * that those listed and the rest always add up to everything; a name that is listed after that may have brought more than
 * it is listed with, and never less.
 */
export class Leaders {
  readonly #most: number;
  #shares: Map<string, Share>;
  readonly #rest: Share;

  constructor(most: number, stored?: Ranking) {
    this.#most = most;
    this.#shares = new Map(stored?.first.map(({ name, ...share }) => [name, share]));
    this.#rest = { gifts: 0, milliDiamonds: 0, ...stored?.rest };
  }

  add(name: string, share: Share): void {
    const known = this.#shares.get(name);
    if (known) addTo(known, share);
    else this.#shares.set(name, { ...share });
    if (this.#shares.size > this.#most) this.#keepFirst(Math.ceil(this.#most / 2));
  }

  addAll({ first, rest }: Ranking): void {
    for (const { name, ...share } of first) this.add(name, share);
    addTo(this.#rest, rest);
  }

  /** The first of them, the largest first, and all others as the rest. */
  ranking(count: number): Ranking {
    const { listed, rest } = this.#split(count);
    addTo(rest, this.#rest);
    return { first: listed.map(([name, share]) => ({ name, ...share })), rest };
  }

  #keepFirst(count: number): void {
    const { listed, rest } = this.#split(count);
    this.#shares = new Map(listed);
    addTo(this.#rest, rest);
  }

  #split(count: number): { listed: [string, Share][]; rest: Share } {
    const inOrder = [...this.#shares].toSorted(
      ([nameA, a], [nameB, b]) => b.milliDiamonds - a.milliDiamonds || (nameA < nameB ? -1 : 1),
    );
    const rest = { gifts: 0, milliDiamonds: 0 };
    for (const [, share] of inOrder.slice(count)) addTo(rest, share);
    return { listed: inOrder.slice(0, count), rest };
  }
}

function addTo(sum: Share, { gifts, milliDiamonds }: Share): void {
  sum.gifts += gifts;
  sum.milliDiamonds += milliDiamonds;
}
