import type { GoodsOrderBody, PromotionBody } from '../../../shared/shop/schemas.ts';
import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import { keyAt } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { pickFan } from './people.ts';
import { goods } from './things.ts';

type NewPromotion = { promotionId: string; body: PromotionBody };

const hour = 3_600_000;

/** A fan sets coins aside to promote a video. */
export async function startPromotion(operation: Operation): Promise<void> {
  const promotion = promotionOf(operation);
  const copies = operation.chance.happens(0.15) ? 2 : 1;
  await Promise.all(
    Array.from({ length: copies }, (_, copy) => start(operation.world, promotion, [operation.number, copy])),
  );
}

function promotionOf({ world, chance, now }: Operation): NewPromotion {
  const endsAt = new Date(now + chance.between(1, 60) * hour).toISOString();
  const body = { userId: pickFan(world.scale, chance), videoId: 'holiday', budget: chance.between(20, 300), endsAt };
  return { promotionId: keyAt(now - chance.below(1_000), chance), body };
}

async function start(world: World, { promotionId, body }: NewPromotion, place: (number | string)[]): Promise<void> {
  const subject = subjects.promotion(body.userId, promotionId);
  const view = world.views.promotions;
  const attempt = view.begin(subject, body);
  const about = [subject, subjects.wallet(body.userId)];
  const answer = await callApi(world, { function: 'start-promotion', place, about, body, key: promotionId });
  if (answer.kind === 'unknown') return view.unknown(attempt);
  if (answer.kind === 'refused') return view.refused(attempt, answer.code);
  const { budget, startedAt, endsAt } = answer.body;
  view.succeeded(attempt, { budget, startedAt, endsAt }, answer.isReplay);
}

/** The app reports what an earlier promotion has spent in all, often twice and out of order; or its fan ends it. */
export async function goOnWithPromotion(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'promote');
  if (!earlier) return;
  const { promotionId, body } = promotionOf(earlier);
  const { world, chance, now, number } = operation;
  const { userId, budget } = body;
  const about = [subjects.promotion(userId, promotionId), subjects.wallet(userId)];
  const parameters = { userId, promotionId };
  if (chance.happens(0.35)) {
    const state = chance.pick(['finished', 'canceled']);
    await callApi(world, { function: 'end-promotion', place: [number], about, parameters, body: { state } });
    return;
  }
  const reports = Array.from({ length: chance.between(1, 2) }, () => ({
    body: { spentCoins: chance.between(1, budget + 20) },
    key: keyAt(now, chance),
  }));
  await Promise.all(
    reports.map((report, copy) =>
      callApi(world, { function: 'report-promotion-spending', place: [number, copy], about, parameters, ...report }),
    ),
  );
}

type NewOrder = { orderId: string; body: GoodsOrderBody };

/** Fans want what there are only few of, sometimes two of them the last one at once. */
export async function orderGoods(operation: Operation): Promise<void> {
  const { world, chance, now, number } = operation;
  const order = orderOf(operation);
  const rival = { orderId: keyAt(now, chance), body: { ...order.body, userId: pickFan(world.scale, chance) } };
  const asked = chance.happens(0.4) ? [order, rival] : [order];
  await Promise.all(asked.map((one, copy) => placeOrder(world, one, [number, copy])));
}

function orderOf({ world, chance, now }: Operation): NewOrder {
  const quantity = chance.pick([1, 1, 1, 2]);
  const body = { userId: pickFan(world.scale, chance), item: goods.code, quantity, unitPrice: goods.coins };
  return { orderId: keyAt(now - chance.below(1_000), chance), body };
}

async function placeOrder(world: World, { orderId, body }: NewOrder, place: (number | string)[]): Promise<void> {
  const subject = subjects.order(body.userId, orderId);
  const view = world.views.orders;
  const attempt = view.begin(subject, body);
  const about = [subject, subjects.wallet(body.userId), subjects.stock(body.item)];
  const answer = await callApi(world, { function: 'order-goods', place, about, body, key: orderId });
  if (answer.kind === 'unknown') return view.unknown(attempt);
  if (answer.kind === 'refused') return view.refused(attempt, answer.code);
  const { coins, orderedAt, expiresAt } = answer.body;
  view.succeeded(attempt, { coins, orderedAt, expiresAt }, answer.isReplay);
}

/** The shop sends an earlier order or cannot; the same may be asked for again, as it was or changed. */
export async function goOnWithOrder(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'orderGoods');
  if (!earlier) return;
  const { orderId, body } = orderOf(earlier);
  const { world, chance, number } = operation;
  if (chance.happens(0.25)) {
    const quantity = chance.happens(0.2) ? body.quantity + 1 : body.quantity;
    return placeOrder(world, { orderId, body: { ...body, quantity } }, [number]);
  }
  const { userId } = body;
  await callApi(world, {
    function: 'settle-goods-order',
    place: [number],
    about: [subjects.order(userId, orderId), subjects.wallet(userId), subjects.stock(body.item)],
    parameters: { userId, orderId },
    body: { state: chance.happens(0.6) ? 'confirmed' : 'canceled' },
  });
}
