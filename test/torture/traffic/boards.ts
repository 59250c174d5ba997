import { dayOf, weekOf } from '../../../shared/calendar.ts';
import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import type { Operation } from './operation.ts';
import { pickCreator } from './people.ts';

/** An operator has the board of a creator's week counted again while gifts go on. */
export async function rebuildBoard({ world, chance, now, number }: Operation): Promise<void> {
  const creatorId = pickCreator(world.scale, chance);
  await callApi(world, {
    function: 'rebuild-leaderboard',
    place: [number],
    about: [subjects.creator(creatorId)],
    body: { creatorId, week: weekOf(dayOf(new Date(now))) },
    caller: 'operator',
  });
}
