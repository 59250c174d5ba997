import { openCatalog } from '../../shared/catalog/catalog.ts';
import { ReverseGiftsEnvironment } from '../../shared/earnings/environments.ts';
import { reverseGifts } from '../../shared/earnings/reverse-gifts.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReverseGiftsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = scheduledJob((run) =>
  reverseGifts({ ledger, catalog, maturityDays: environment.MATURITY_DAYS }, run),
);
