import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { SetVisibilityEnvironment } from '../../shared/leaderboards/environments.ts';
import { setVisibilityRoute } from '../../shared/leaderboards/routes.ts';
import { setVisibility } from '../../shared/leaderboards/set-visibility.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(SetVisibilityEnvironment).LEDGER_TABLE);

export const handler = endpoint(setVisibilityRoute, async ({ parameters: { userId }, body, now }) => {
  const choice = await setVisibility(ledger, { userId, ...body, now });
  return isRefusal(choice) ? choice : { value: choice };
});
