import { PutCreatorEnvironment } from '../../shared/earnings/environments.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { putCreatorRoute } from '../../shared/earnings/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(PutCreatorEnvironment).LEDGER_TABLE);

export const handler = endpoint(putCreatorRoute, async ({ parameters, body, now }) => {
  const creator = await putCreator({ ledger }, { ...parameters, ...body, now });
  return isRefusal(creator) ? creator : { value: creator };
});
