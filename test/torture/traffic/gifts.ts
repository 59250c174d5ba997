import type { GiftBody } from '../../../shared/gifts/schemas.ts';
import { callApi } from '../call.ts';
import { chanceAt } from '../chance.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import { keyAt, keyTime } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { creatorOf, ownerOf, pickCreator, pickFan } from './people.ts';
import { pricesIn } from './prices.ts';

export type Gift = { giftId: string; body: GiftBody };

/** Sends a gift; sometimes a client that does not wait sends it several times at once. */
export async function sendNewGift(operation: Operation): Promise<void> {
  const gift = giftOf(operation);
  const copies = operation.chance.happens(0.1) ? operation.chance.between(2, 4) : 1;
  await Promise.all(Array.from({ length: copies }, (_, copy) => send(operation.world, gift, [operation.number, copy])));
}

/** A client repeats a gift, at once or much later, as it was or changed; or somebody else happens to use the same key. */
export async function sendGiftAgain(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'gift');
  if (!earlier) return;
  const { giftId, body } = giftOf(earlier);
  const { chance, world, number } = operation;
  switch (chance.weighted({ same: 84, changed: 10, otherSender: 6 })) {
    case 'same':
      return send(world, { giftId, body }, [number]);
    case 'changed':
      return send(world, { giftId, body: { ...body, quantity: body.quantity + 1 } }, [number]);
    case 'otherSender':
      return send(world, { giftId, body: { ...body, senderId: pickFan(world.scale, chance) } }, [number]);
  }
}

/** The gift of an operation, the same whenever it is asked for. */
export function giftOf({ world, chance, now, number }: Operation): Gift {
  const creatorId = pickCreator(world.scale, chance);
  const senderId = chance.happens(0.02) ? ownerOf(creatorOf(0)) : pickFan(world.scale, chance);
  const body = { senderId, creatorId, ...whatOf({ world, chance, number }), context: contextOf(chance.below(9)) };
  return { giftId: keyAt(keyTime(now, chance), chance), body };
}

function whatOf({ world, chance, number }: Pick<Operation, 'world' | 'chance' | 'number'>) {
  const block = world.timeline.blockOf(number);
  const shownIn = chance.happens(0.05) ? Math.max(0, block - 1) : block;
  switch (chance.weighted({ rose: 38, combo: 8, heart: 18, clover: 4, balloon: 5, party_hat: 8, car: 2, tip: 16 })) {
    case 'rose':
      return { gift: 'rose', unitPrice: 1, quantity: chance.between(1, 5) };
    case 'combo':
      return { gift: 'rose', unitPrice: 1, quantity: chance.between(10, 99) };
    case 'heart':
      return { gift: 'heart', unitPrice: pricesIn(world.seed, shownIn).heart, quantity: chance.between(1, 3) };
    case 'clover':
      return { gift: 'clover', unitPrice: 10, quantity: 1 };
    case 'balloon':
      return { gift: 'balloon', unitPrice: 20, quantity: 1 };
    case 'party_hat':
      return { gift: 'party_hat', unitPrice: 99, quantity: chance.between(1, 2) };
    case 'car':
      return { gift: 'luxury_car', unitPrice: 2_699, quantity: 1 };
    case 'tip':
      return { gift: 'tip', unitPrice: chance.between(1, chance.pick([100, 400, 3_000])), quantity: 1 };
  }
}

function contextOf(choice: number): GiftBody['context'] {
  const types = ['live', 'video', 'comment'] as const;
  return { type: types[choice % 3] ?? 'live', id: `show-${choice}` };
}

const firstGifts = 8;

/** What a fan gives away before the traffic begins, so that creators have something to withdraw from the start. */
export async function sendFirstGifts(world: World, senderId: string): Promise<void> {
  const chance = chanceAt(world.seed, 'first gifts', senderId);
  for (let number = 0; number < firstGifts; number++) {
    const giftId = keyAt(world.clock.now(), chance);
    const tip = { gift: 'tip', unitPrice: chance.between(60, 340), quantity: 1, context: contextOf(chance.below(9)) };
    const body = { senderId, creatorId: pickCreator(world.scale, chance), ...tip };
    await send(world, { giftId, body }, ['setup', senderId, number]);
  }
}

async function send(world: World, { giftId, body }: Gift, place: (number | string)[]): Promise<void> {
  const { senderId, creatorId } = body;
  const subject = subjects.gift(senderId, giftId);
  const view = world.views.gifts;
  const attempt = view.begin(subject, requestOf(body));
  const answer = await callApi(world, {
    function: 'send-gift',
    place,
    about: [subject, subjects.wallet(senderId), subjects.creator(creatorId)],
    body,
    key: giftId,
  });
  if (answer.kind === 'unknown') return view.unknown(attempt);
  if (answer.kind === 'refused') return view.refused(attempt, answer.code);
  const { coins, diamonds, sentAt, versions } = answer.body;
  view.succeeded(attempt, { coins, diamonds, sentAt, versions }, answer.isReplay);
}

/** The fields of a gift's request in one order, from wherever they are kept. */
export function requestOf({ senderId, creatorId, gift, quantity, unitPrice, context }: GiftBody) {
  return { senderId, creatorId, gift, quantity, unitPrice, context: { type: context.type, id: context.id } };
}
