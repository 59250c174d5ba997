import { readEnvironment } from '../../shared/environment.ts';
import { countMessages } from '../../shared/leaderboards/count-scores.ts';
import { ScoresEnvironment } from '../../shared/leaderboards/environments.ts';
import { ScoreMessage } from '../../shared/leaderboards/score-message.ts';
import { queueBatchWorker } from '../../shared/queue/queue-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ScoresEnvironment);
const stores = { ledger: connectTable(environment.LEDGER_TABLE), boards: connectTable(environment.BOARDS_TABLE) };

export const handler = queueBatchWorker(ScoreMessage, (messages, { now }) => countMessages(stores, messages, now));
