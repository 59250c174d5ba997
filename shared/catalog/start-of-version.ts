import { daysAfter } from '../calendar.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { cacheSeconds } from './catalog.ts';
import type { CatalogKind, CatalogVersion } from './schemas.ts';

/** For the write itself, however long it takes, and for clocks that differ. */
const marginSeconds = 30;

/** A version takes effect so long after it is approved at the soonest: by then every function instance knows of it. */
export const leadSeconds = cacheSeconds + marginSeconds;

/** Nobody plans further ahead; a year that is mistyped is. */
const furthestDays = 366;

type Start = { kind: CatalogKind; asked: string | undefined; last: CatalogVersion<CatalogKind>; now: Date };

/**
 * When a version takes effect that is approved now: when it is asked to, or as soon as it can. Versions take effect in the order
 * in which they were approved, so that none that is scheduled ever undoes a later one.
 */
export function startOf({ kind, asked, last, now }: Start): string | Refusal {
  const earliest = soonest(now);
  const start = asked ?? earliest;
  if (start > daysAfter(now, furthestDays).toISOString())
    return refuse('malformed_request', `The body's effectiveAt must be within ${furthestDays} days.`, {
      errors: [{ field: 'effectiveAt', problem: `must be within ${furthestDays} days` }],
    });
  if (start <= last.effectiveAt)
    return refuse(
      'catalog_too_soon',
      `The version ${last.version} of ${kind} takes effect on ${last.effectiveAt}, and a later one after it: choose a later time, or withdraw that version first.`,
      { kind, scheduled: { version: last.version, effectiveAt: last.effectiveAt } },
    );
  if (start >= earliest) return start;
  return refuse(
    'catalog_too_soon',
    `A version takes effect ${leadSeconds} seconds after its approval or later, which every function instance needs to know of it: propose again, with ${earliest} or later, or with no time.`,
    { kind, effectiveAt: start, leadSeconds },
  );
}

export function soonest(now: Date): string {
  return new Date(now.getTime() + leadSeconds * 1000).toISOString();
}
