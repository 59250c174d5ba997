import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { countMessages } from '../../shared/leaderboards/count-scores.ts';
import { CountScoresEnvironment } from '../../shared/leaderboards/environments.ts';
import { ScoreMessage } from '../../shared/leaderboards/score-message.ts';
import { queueBatchWorker } from '../../shared/queue/queue-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(CountScoresEnvironment);
const stores = {
  ledger: connectTable(environment.LEDGER_TABLE),
  boards: connectTable(environment.BOARDS_TABLE),
  catalog: openCatalog(connectTable(environment.CATALOG_TABLE)),
};

export const handler = queueBatchWorker(ScoreMessage, (messages, { now }) => countMessages(stores, messages, now));
