import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GetRechargeEnvironment } from '../../shared/recharges/environments.ts';
import { getRecharge } from '../../shared/recharges/find-recharge.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { getRechargeRoute } from '../../shared/recharges/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(GetRechargeEnvironment).LEDGER_TABLE);

export const handler = endpoint(getRechargeRoute, async ({ parameters }) => {
  const order = await getRecharge(ledger, parameters.rechargeId);
  return isRefusal(order) ? order : { value: presentRecharge(order) };
});
