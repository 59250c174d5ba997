import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { ListRuleChangesEnvironment } from '../../shared/operations/environments.ts';
import { listRuleChanges } from '../../shared/operations/list-rule-changes.ts';
import { listRuleChangesRoute } from '../../shared/operations/rule-routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ListRuleChangesEnvironment).LEDGER_TABLE);

export const handler = endpoint(listRuleChangesRoute, async ({ parameters }) => {
  const listed = await listRuleChanges(ledger, parameters.userId);
  return isRefusal(listed) ? listed : { value: listed };
});
