import { SeedCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { seedCatalog } from '../../shared/catalog/seed.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SeedCatalogEnvironment);
const catalog = connectTable(environment.CATALOG_TABLE);

/** Runs once at each deployment. */
export const handler = scheduledJob(() => seedCatalog(catalog, { payoutRules: environment.PAYOUT_RULES }));
