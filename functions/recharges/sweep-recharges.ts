import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { SweepRechargesEnvironment } from '../../shared/recharges/environments.ts';
import { connectStripe } from '../../shared/recharges/stripe-connection.ts';
import { sweepRecharges } from '../../shared/recharges/sweep-recharges.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A look-up that takes longer is made again by the next run; the sweep's reserve of time rests on two attempts of this. */
const stripeTimeoutSeconds = 5;

const environment = readEnvironment(SweepRechargesEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const payments = connectStripe(environment, stripeTimeoutSeconds);

export const handler = scheduledJob((run) => sweepRecharges({ ledger, catalog, payments }, run));
