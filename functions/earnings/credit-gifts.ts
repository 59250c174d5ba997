import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { CreditGiftsEnvironment } from '../../shared/earnings/environments.ts';
import { CreditMessage } from '../../shared/earnings/messages.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { count } from '../../shared/observability.ts';
import { queueWorker } from '../../shared/queue/queue-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(CreditGiftsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);

export const handler = queueWorker(CreditMessage, async (message, now) => {
  const { gifts, milliDiamonds } = await creditGifts({ ledger, maturityDays: environment.MATURITY_DAYS }, message, now);
  count('GiftsCredited', gifts);
  count('DiamondsCredited', milliDiamonds / 1000);
});
