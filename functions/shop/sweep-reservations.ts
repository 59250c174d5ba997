import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { sweepReservations } from '../../shared/shop/sweep-reservations.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = scheduledJob((run) => sweepReservations(ledger, run));
