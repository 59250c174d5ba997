import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { SetAgeDoubtEnvironment } from '../../shared/operations/environments.ts';
import { setAgeDoubtRoute } from '../../shared/operations/rule-routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { doubtAge } from '../../shared/users/doubt-age.ts';

const ledger = connectTable(readEnvironment(SetAgeDoubtEnvironment).LEDGER_TABLE);

export const handler = endpoint(setAgeDoubtRoute, async ({ parameters, body, caller, now }) => {
  const wallet = await doubtAge(ledger, { ...parameters, ...body, actor: 'operator', caller, now });
  return isRefusal(wallet) ? wallet : { value: { ...parameters, doubted: body.doubted } };
});
