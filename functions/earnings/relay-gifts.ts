import { RelayGiftsEnvironment } from '../../shared/earnings/environments.ts';
import { relayGifts } from '../../shared/earnings/relay-gifts.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { streamWorker } from '../../shared/queue/stream-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(RelayGiftsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const credits = connectQueue(environment.CREDITS_QUEUE_URL);

export const handler = streamWorker((records) => relayGifts({ ledger, credits }, records));
