import { formatDiamonds } from '../money/diamonds.ts';
import type { ReachedLevel } from '../store/items/level.ts';
import { type Event, eventOf, subjects } from './event.ts';

/** A level is reached once: its item is put when it is, and never changed. */
export function eventsOfLevel({ ladder, id, level, badge, from, at: time }: ReachedLevel): Event[] {
  const happened = { key: `${id}#${level}`, time };
  if (ladder === 'gifters') {
    const data = { userId: id, level, badge, fromCoins: from };
    return [eventOf('gifter.level', { ...happened, subject: subjects.wallet(id), data })];
  }
  const data = { creatorId: id, level, badge, fromDiamonds: formatDiamonds(from) };
  return [eventOf('creator.level', { ...happened, subject: subjects.creator(id), data })];
}
