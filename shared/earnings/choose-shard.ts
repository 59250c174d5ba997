import { creatorShards } from '../store/keys.ts';

/** From so many gifts in one message on, a creator is hot: the credits are spread from the start. */
const hotGroupGifts = 30;

/**
 * Which of a creator's balances a credit goes to. Any will do, because the mark that a gift was credited is elsewhere.
 * Small groups share shard 0, so that ordinary creators have one balance; large groups, and any credit that met a
 * conflict or a throttle, take a random one.
 */
export function chooseShard({
  gifts,
  attempt,
  random,
}: {
  gifts: number;
  attempt: number;
  random: () => number;
}): number {
  return gifts < hotGroupGifts && attempt === 1 ? 0 : Math.floor(random() * creatorShards);
}
