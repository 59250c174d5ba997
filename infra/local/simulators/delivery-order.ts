export type DeliveryOrder = 'sent' | 'reversed' | 'shuffled';

/** Puts things that were sent one after the other into another order; the same seed shuffles the same way. */
export function inOrder<Item>(items: Item[], { order, seed }: { order: DeliveryOrder; seed: number }): Item[] {
  if (order === 'sent') return items;
  if (order === 'reversed') return items.toReversed();
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** The generator "mulberry32": small, and the same numbers for the same seed everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
