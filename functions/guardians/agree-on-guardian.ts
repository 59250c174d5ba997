import { readEnvironment } from '../../shared/environment.ts';
import { agreeOnGuardian } from '../../shared/guardians/agree-on-guardian.ts';
import { AgreeOnGuardianEnvironment } from '../../shared/guardians/environments.ts';
import { presentLink } from '../../shared/guardians/present.ts';
import { agreeOnGuardianRoute } from '../../shared/guardians/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(AgreeOnGuardianEnvironment).LEDGER_TABLE);

export const handler = endpoint(agreeOnGuardianRoute, async ({ parameters, body, caller, now }) => {
  const agreed = await agreeOnGuardian(ledger, { ...parameters, ...body, caller, now });
  return isRefusal(agreed) ? agreed : { value: presentLink(agreed, now) };
});
