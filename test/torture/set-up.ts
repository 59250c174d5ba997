import { chanceAt } from './chance.ts';
import { webhooksDelivered } from './drain.ts';
import { lanes } from './table-stream.ts';
import { deliverAll, relayLane, tellEverything } from './traffic/deliveries.ts';
import { sendFirstGifts } from './traffic/gifts.ts';
import { putFirstProfile } from './traffic/payouts.ts';
import { creatorOf, fanOf, ownerOf } from './traffic/people.ts';
import { buyFirstCoins } from './traffic/recharges.ts';
import { openShop } from './traffic/shop.ts';
import { putCreator, register } from './traffic/wallets.ts';
import type { WebhookGate } from './webhooks.ts';
import type { World } from './world.ts';

/**
 * Two weeks before the traffic: most fans are registered, have bought coins and given some away; all creators are there and
 * have been credited and can withdraw. Nothing fails yet.
 */
export async function setUp(world: World, gate: WebhookGate): Promise<void> {
  const { scale } = world;
  world.isCalm = true;
  const creators = Array.from({ length: scale.creators }, (_, at) => creatorOf(at));
  const fans = Array.from({ length: Math.ceil(scale.fans * 0.9) }, (_, at) => fanOf(at));
  await Promise.all([...fans, ...creators.map(ownerOf)].map((userId) => register(world, userId, ['setup', userId])));
  for (const creatorId of creators)
    await putCreator(world, creatorId, { giftsEnabled: true, place: ['setup', creatorId] });
  await Promise.all(fans.map((userId) => buyFirstCoins(world, userId)));
  await webhooksDelivered(world, gate);
  await Promise.all(fans.map((userId) => sendFirstGifts(world, userId)));
  await world.stream.read();
  for (let lane = 0; lane < lanes; lane++)
    await relayLane(world, { lane, most: 10_000, repeated: 0, place: ['setup', 'relay', lane] });
  await deliverAll(world, 'credits', ['setup']);
  await tellEverything(world, ['setup', 'tell']);
  for (const creatorId of creators) await putFirstProfile(world, creatorId);
  await openShop(world, chanceAt(world.seed, 'shop'));
  world.isCalm = false;
}
