import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Operation } from './operation.ts';

type Parked = { provider: string; eventId: string; subject?: string; replayable: boolean };

/** An operator looks at what waits, and replays or closes some of it. */
export async function decideParked({ world, chance, number }: Operation): Promise<void> {
  const parked = await listParked(world, [number, 'list']);
  const event = parked[chance.below(parked.length)];
  if (event) await decide(world, event, { action: chance.happens(0.75) ? 'replay' : 'close', place: [number] });
}

/** Everything that waits is replayed once more: what did not fit before must not do so now. */
export async function replayParked(world: World, place: (number | string)[]): Promise<void> {
  const parked = await listParked(world, [...place, 'list']);
  for (const event of parked)
    await decide(world, event, { action: 'replay', place: [...place, event.provider, event.eventId] });
}

async function listParked(world: World, place: (number | string)[]): Promise<Parked[]> {
  const answer = await callApi(world, {
    function: 'list-parked-events',
    place,
    about: [],
    query: { limit: '25' },
    caller: 'operator',
  });
  if (answer.kind !== 'done') return [];
  return (answer.body.events as Parked[]).filter(({ replayable }) => replayable);
}

async function decide(
  world: World,
  { provider, eventId, subject }: Parked,
  { action, place }: { action: 'replay' | 'close'; place: (number | string)[] },
): Promise<void> {
  await callApi(world, {
    function: 'decide-parked-event',
    place,
    about: subject === undefined ? [] : [subjects.recharge(subject)],
    parameters: { provider, eventId },
    body: { action, reason: 'Looked at' },
    caller: 'operator',
  });
}
