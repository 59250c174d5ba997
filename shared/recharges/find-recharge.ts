import { type Refusal, refuse } from '../refusals.ts';
import { parseRecharge, type Recharge } from '../store/items/recharge.ts';
import { rechargeKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** The order as it stands now, or nothing. */
export async function findRecharge(ledger: Table, rechargeId: string): Promise<Recharge | undefined> {
  const item = await readItem(ledger, rechargeKey(rechargeId));
  return item && parseRecharge(item);
}

export async function getRecharge(ledger: Table, rechargeId: string): Promise<Recharge | Refusal> {
  const order = await findRecharge(ledger, rechargeId);
  return (
    order ??
    refuse('recharge_not_found', `There is no recharge ${rechargeId}: its id is the Idempotency-Key that made it.`, {
      rechargeId,
    })
  );
}
