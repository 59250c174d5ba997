import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { placeOf } from '../../shared/recharges/unspent-coins.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import { purchaseKey, rechargeKey } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/write.ts';
import { countingTable } from '../support/count-requests.ts';
import { freshLedger } from '../support/ledger.ts';
import { order } from './examples.ts';

let ledger: Table;

beforeEach(async () => {
  ledger = (await freshLedger()).ledger;
});

/** Purchases of one wallet, a minute apart; each brought so many coins that neither claims nor debts took out. */
async function purchases(...inPaid: number[]): Promise<Recharge[]> {
  const orders = inPaid.map((coins, minutes): Recharge => {
    const moment = new Date(Date.UTC(2026, 10, 21, 12, minutes));
    const paidAt = moment.toISOString();
    return { ...order, rechargeId: newId(moment), state: 'paid', coins, inPaid: coins, paidAt };
  });
  for (const { paidAt = '', ...rest } of orders) {
    const { rechargeId, userId } = rest;
    const items = [
      { ...rechargeKey(rechargeId), ...rest, paidAt },
      { ...purchaseKey({ userId, paidAt, rechargeId }), rechargeId },
    ];
    await transact(
      ledger,
      items.map((Item) => ({ put: { Item }, failure: () => 'failed' })),
    );
  }
  return orders;
}

async function unspentOf(orders: Recharge[], paid: number): Promise<number[]> {
  return Promise.all(orders.map(async (one) => (await placeOf(ledger, one, paid)).unspentCoins));
}

describe('which bought coins are left', () => {
  it.each([
    [600, [100, 200, 300]],
    [599, [99, 200, 300]],
    [500, [0, 200, 300]],
    [350, [0, 50, 300]],
    [300, [0, 0, 300]],
    [1, [0, 0, 1]],
    [0, [0, 0, 0]],
  ])('with %d in the wallet, those of the latest purchases are left: %j', async (paid, left) => {
    expect(await unspentOf(await purchases(100, 200, 300), paid)).toEqual(left);
  });

  it('counts no coins that claims or debts took out of a purchase', async () => {
    expect(await unspentOf(await purchases(100, 0, 300), 350)).toEqual([50, 0, 300]);
  });

  it('adds up to what the wallet holds, over more purchases than one page of a query', async () => {
    const orders = await purchases(...Array.from({ length: 30 }, (_, position) => position + 1));
    const left = await unspentOf(orders, 300);
    expect(left.reduce((sum, coins) => sum + coins, 0)).toBe(300);
    expect(left.findIndex((coins) => coins > 0)).toBe(17);
  });

  it('asks for hundreds of later purchases in a few requests', async () => {
    const orders = await purchases(...Array.from({ length: 300 }, () => 10));
    const counted = countingTable(ledger);
    expect(await placeOf(counted.table, orders[0] as Recharge, 305)).toEqual({
      unspentCoins: 0,
      laterSpentCoins: 2_685,
    });
    // One lists them, three read a hundred each.
    expect(counted.usage().requests).toBe(4);
  });

  it('reads no purchase that is older than the order', async () => {
    const [oldest, ...later] = await purchases(100, 200, 300);
    await transact(ledger, [{ remove: { Key: rechargeKey(oldest?.rechargeId ?? '') }, failure: () => 'failed' }]);
    expect(await unspentOf(later, 450)).toEqual([150, 300]);
  });

  it('finds nothing of an order that brought nothing yet', async () => {
    await purchases(100);
    const unpaid = { ...order, rechargeId: newId(new Date()) };
    expect(await placeOf(ledger, unpaid, 100)).toEqual({ unspentCoins: 0, laterSpentCoins: 0 });
  });
});
