import type { PurchaseBody } from '../../../shared/shop/schemas.ts';
import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import { keyAt, keyTime } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { pickFan } from './people.ts';
import { pricesIn } from './prices.ts';
import { goods, items } from './things.ts';

type NewPurchase = { purchaseId: string; body: PurchaseBody };

/** A fan buys something of the shop; sometimes a client that does not wait asks several times at once. */
export async function buyItem(operation: Operation): Promise<void> {
  const purchase = purchaseOf(operation);
  const copies = operation.chance.happens(0.15) ? 2 : 1;
  await Promise.all(
    Array.from({ length: copies }, (_, copy) => buy(operation.world, purchase, [operation.number, copy])),
  );
}

export async function buyItemAgain(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'buyItem');
  if (!earlier) return;
  const { purchaseId, body } = purchaseOf(earlier);
  const unitPrice = operation.chance.happens(0.12) ? body.unitPrice + 1 : body.unitPrice;
  await buy(operation.world, { purchaseId, body: { ...body, unitPrice } }, [operation.number]);
}

function purchaseOf({ world, chance, now, number }: Operation): NewPurchase {
  const { filter } = pricesIn(world.seed, world.timeline.blockOf(number));
  const item = chance.weighted({ [items.forGood]: 3, [items.timed]: 7 });
  const unitPrice = item === items.forGood ? items.forGoodCoins : filter;
  const body = { userId: pickFan(world.scale, chance), item, unitPrice };
  return { purchaseId: keyAt(keyTime(now, chance), chance), body };
}

async function buy(world: World, { purchaseId, body }: NewPurchase, place: (number | string)[]): Promise<void> {
  const subject = subjects.purchase(body.userId, purchaseId);
  const view = world.views.purchases;
  const attempt = view.begin(subject, body);
  const answer = await callApi(world, {
    function: 'purchase-item',
    place,
    about: [subject, subjects.wallet(body.userId)],
    body,
    key: purchaseId,
  });
  if (answer.kind === 'unknown') return view.unknown(attempt);
  if (answer.kind === 'refused') return view.refused(attempt, answer.code);
  const { coins, purchasedAt, heldUntil } = answer.body;
  view.succeeded(attempt, { coins, purchasedAt, heldUntil }, answer.isReplay);
}

type NewRedemption = { redemptionId: string; userId: string; code: number };

/** Fans have heard of the same codes; two of them, or two devices of one, may redeem one at once. */
export async function redeemCode(operation: Operation): Promise<void> {
  const { world, chance, number } = operation;
  const redemption = redemptionOf(operation);
  const rival = { ...redemption, redemptionId: keyAt(operation.now, chance), userId: pickFan(world.scale, chance) };
  const asked = chance.happens(0.4) ? [redemption, rival] : [redemption];
  await Promise.all(asked.map((one, copy) => redeem(world, one, [number, copy])));
}

/** The same again, or another code under the same key. */
export async function redeemCodeAgain(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'redeemCode');
  const redemption = earlier && redemptionOf(earlier);
  if (!redemption) return;
  const code = operation.chance.happens(0.15) ? (redemption.code + 1) % operation.world.codes.length : redemption.code;
  await redeem(operation.world, { ...redemption, code }, [operation.number]);
}

function redemptionOf({ world, chance, now }: Operation): NewRedemption {
  const redemptionId = keyAt(now - chance.below(1_000), chance);
  return { redemptionId, userId: pickFan(world.scale, chance), code: chance.below(world.codes.length) };
}

/** Codes are made of chance alone, so that a request is told by the number of its code. */
async function redeem(
  world: World,
  { redemptionId, userId, code }: NewRedemption,
  place: (number | string)[],
): Promise<void> {
  const subject = subjects.redemption(userId, redemptionId);
  const view = world.views.redemptions;
  const attempt = view.begin(subject, { userId, code });
  const answer = await callApi(world, {
    function: 'redeem-code',
    place,
    about: [subject, subjects.wallet(userId), subjects.code(code)],
    body: { userId, code: world.codes[code] },
    key: redemptionId,
  });
  if (answer.kind === 'unknown') return view.unknown(attempt);
  if (answer.kind === 'refused') return view.refused(attempt, answer.code);
  const { coins, item, redeemedAt, expiresAt } = answer.body;
  view.succeeded(attempt, { coins, item, redeemedAt, expiresAt }, answer.isReplay);
}

/** An operator puts a few more on the shelf, or takes one out. */
export async function changeStock({ world, chance, now, number }: Operation): Promise<void> {
  await stock(world, chance.happens(0.2) ? -1 : chance.between(1, 3), { key: keyAt(now, chance), place: [number] });
}

async function stock(
  world: World,
  change: number,
  { key, place }: { key: string; place: (number | string)[] },
): Promise<void> {
  await callApi(world, {
    function: 'change-stock',
    place,
    about: [subjects.stock(goods.code)],
    body: { item: goods.code, change, reason: 'Counted again' },
    key,
    caller: 'operator',
  });
}

/** The shop opens with a few of its goods and with codes that the operator gives away. */
export async function openShop(world: World, chance: Operation['chance']): Promise<void> {
  const now = world.clock.now();
  await stock(world, goods.stocked, { key: keyAt(now, chance), place: ['setup', 'stock'] });
  for (const [count, gives] of [
    [10, { coins: items.codeCoins }],
    [5, { item: items.timed }],
  ] as const) {
    const answer = await callApi(world, {
      function: 'create-code-batch',
      place: ['setup', 'codes', count],
      about: [],
      body: { count, gives, until: new Date(now + 365 * 86_400_000).toISOString(), reason: 'For the opening' },
      key: keyAt(now, chance),
      caller: 'operator',
    });
    if (answer.kind === 'done') world.codes.push(...(answer.body.codes as string[]));
  }
}
