import { readEnvironment } from '../../shared/environment.ts';
import { SetGuardianRulesEnvironment } from '../../shared/guardians/environments.ts';
import { setGuardianRulesRoute } from '../../shared/guardians/routes.ts';
import { setGuardianRules } from '../../shared/guardians/set-guardian-rules.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(SetGuardianRulesEnvironment).LEDGER_TABLE);

export const handler = endpoint(setGuardianRulesRoute, async ({ parameters, body, caller, now }) => {
  const wallet = await setGuardianRules(ledger, { ...parameters, ...body, caller, now });
  return isRefusal(wallet) ? wallet : { value: { ...parameters, ...body } };
});
