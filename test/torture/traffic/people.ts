import { birthday, dayOf } from '../../../shared/calendar.ts';
import type { UserBody } from '../../../shared/users/schemas.ts';
import { type Chance, chanceAt } from '../chance.ts';

export type Scale = { fans: number; creators: number };

export function fanOf(number: number): string {
  return `fan-${number}`;
}

export function creatorOf(number: number): string {
  return `star-${number}`;
}

export function ownerOf(creatorId: string): string {
  return `owner-of-${creatorId}`;
}

/** Some fans and creators are much busier than others. */
export function pickFan({ fans }: Scale, chance: Chance): string {
  return fanOf(skewed(fans, chance));
}

export function pickCreator({ creators }: Scale, chance: Chance): string {
  return creatorOf(skewed(creators, chance));
}

function skewed(count: number, chance: Chance): number {
  return Math.floor(count * chance.number() ** 1.8);
}

/** What is said of a fan at registration: most are adults, some turn 18 during the run, of some the age is unknown. */
export function describeFan(seed: number, userId: string, start: number): UserBody {
  const chance = chanceAt(seed, 'person', userId);
  const region = chance.weighted({ US: 80, GB: 10, JP: 10 });
  const age = chance.weighted({ adult: 88, nearlyAdult: 7, unknown: 5 });
  const coming = dayOf(new Date(start + chance.between(1, 15) * 86_400_000));
  const body = { region, refundDataConsent: chance.happens(0.5) };
  if (age === 'unknown') return body;
  return { ...body, birthDate: age === 'adult' ? '1990-02-28' : birthday(coming, -18) };
}
