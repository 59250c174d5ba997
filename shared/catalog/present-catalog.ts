import type { Table } from '../store/table.ts';
import type { CatalogAnswer } from './operation-schemas.ts';
import { kindsOfCatalog, readSchedule } from './read-schedule.ts';
import { lastOf } from './schedule.ts';
import { leadSeconds } from './start-of-version.ts';

/** What holds of each kind, and what is going to. */
export async function presentCatalog(catalog: Table, now: Date): Promise<CatalogAnswer> {
  const { schedule } = await readSchedule(catalog, now);
  return {
    leadSeconds,
    kinds: kindsOfCatalog.map((kind) => {
      const [inForce = lastOf(schedule, kind), ...scheduled] = schedule[kind].map(({ version, effectiveAt }) => ({
        version,
        effectiveAt,
      }));
      return { kind, latest: lastOf(schedule, kind).version, inForce, scheduled };
    }),
  };
}
