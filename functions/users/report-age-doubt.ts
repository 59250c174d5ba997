import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { doubtAge } from '../../shared/users/doubt-age.ts';
import { ReportAgeDoubtEnvironment } from '../../shared/users/environments.ts';
import { presentWallet } from '../../shared/users/get-wallet.ts';
import { reportAgeDoubtRoute } from '../../shared/users/rule-routes.ts';

const ledger = connectTable(readEnvironment(ReportAgeDoubtEnvironment).LEDGER_TABLE);

export const handler = endpoint(reportAgeDoubtRoute, async ({ parameters, body, caller, now }) => {
  const wallet = await doubtAge(ledger, { ...parameters, ...body, doubted: true, actor: 'app', caller, now });
  return isRefusal(wallet) ? wallet : { value: presentWallet(wallet, now) };
});
