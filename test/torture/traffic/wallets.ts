import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import { keyAt, keyTime } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { describeFan, ownerOf, pickCreator, pickFan } from './people.ts';

type Grant = { grantId: string; body: { userId: string; coins: number; reason: string } };

export async function grantCoins(operation: Operation): Promise<void> {
  await grant(operation, grantOf(operation));
}

export async function grantCoinsAgain(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'grant');
  if (!earlier) return;
  const { grantId, body } = grantOf(earlier);
  const coins = operation.chance.happens(0.15) ? body.coins + 1 : body.coins;
  await grant(operation, { grantId, body: { ...body, coins } });
}

function grantOf({ world, chance, now }: Operation): Grant {
  const userId = pickFan(world.scale, chance);
  const body = { userId, coins: chance.between(1, 80), reason: 'For a stream that broke off' };
  return { grantId: keyAt(keyTime(now, chance), chance), body };
}

async function grant({ world, number }: Operation, { grantId, body }: Grant): Promise<void> {
  const subject = subjects.grant(body.userId, grantId);
  const view = world.views.grants;
  const attempt = view.begin(subject, body);
  const about = [subject, subjects.wallet(body.userId)];
  const answer = await callApi(world, {
    function: 'grant-coins',
    place: [number],
    about,
    body,
    key: grantId,
    caller: 'operator',
  });
  if (answer.kind === 'unknown') view.unknown(attempt);
  else if (answer.kind === 'refused') view.refused(attempt, answer.code);
  else view.succeeded(attempt, { coins: answer.body.coins }, answer.isReplay);
}

export async function freezeOrThaw({ world, chance, number }: Operation): Promise<void> {
  const userId = pickFan(world.scale, chance);
  const status = chance.happens(0.3) ? 'frozen' : 'active';
  await callApi(world, {
    function: 'set-wallet-status',
    place: [number],
    about: [subjects.wallet(userId)],
    parameters: { userId },
    body: { status, reason: 'Under review' },
    caller: 'operator',
  });
}

export async function registerFan({ world, chance, number }: Operation): Promise<void> {
  await register(world, pickFan(world.scale, chance), [number]);
}

export async function register(world: Operation['world'], userId: string, place: (number | string)[]): Promise<void> {
  const body = userId.startsWith('owner')
    ? { region: 'US', birthDate: '1980-01-01' }
    : describeFan(world.seed, userId, world.timeline.startOf(0));
  const about = [subjects.wallet(userId)];
  await callApi(world, { function: 'put-user', place, about, parameters: { userId }, body });
}

/** A creator switches gifts off for a while, or on again. */
export async function changeCreator({ world, chance, number }: Operation): Promise<void> {
  await putCreator(world, pickCreator(world.scale, chance), { giftsEnabled: chance.happens(0.85), place: [number] });
}

export async function putCreator(
  world: Operation['world'],
  creatorId: string,
  { giftsEnabled, place }: { giftsEnabled: boolean; place: (number | string)[] },
): Promise<void> {
  await callApi(world, {
    function: 'put-creator',
    place,
    about: [subjects.creator(creatorId)],
    parameters: { creatorId },
    body: { ownerUserId: ownerOf(creatorId), region: 'US', giftsEnabled },
  });
}
