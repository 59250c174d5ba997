import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { requestWithdrawal, type Withdrawn } from '../../shared/recharges/request-withdrawal.ts';
import { sweepWithdrawals } from '../../shared/recharges/sweep-withdrawals.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { parseWithdrawal } from '../../shared/store/items/withdrawal.ts';
import { rechargeKey, withdrawalKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { updateIf } from '../../shared/store/write.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { allDelivered, openStage, spend, troublesIn } from './claim-events.ts';
import { buy, minutesAfter, newFan, openShop, orderOf, purchase, type Shop, walletOf } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  await openStage(shop);
});
beforeEach(() => steer(shop.stripeUrl, 'faults/clear'));
afterAll(() => shop.close());

type Sale = { userId: string; rechargeId: string; paymentId: string };

async function settled(): Promise<void> {
  await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
}

/** 660 coins for 8.99 pounds, in Great Britain unless said otherwise. */
async function sold(region = 'GB', packageId = 'gb-app-660'): Promise<Sale> {
  const command = purchase(await newFan(shop, region), { packageId });
  const { paymentId } = await buy(shop, command);
  await steer(shop.stripeUrl, `payment_intents/${paymentId}/pay`);
  await settled();
  return { userId: command.userId, rechargeId: command.rechargeId, paymentId };
}

function withdraw(rechargeId: string, { withdrawalId = newId(new Date()), now = new Date() } = {}) {
  return requestWithdrawal(shop, { withdrawalId, rechargeId }, now);
}

function codeOf(result: Withdrawn | Refusal): string {
  return isRefusal(result) ? result.code : result.withdrawal.state;
}

async function withdrawn(rechargeId: string, withdrawalId?: string) {
  const result = await withdraw(rechargeId, withdrawalId === undefined ? {} : { withdrawalId });
  if (isRefusal(result)) throw new Error(`refused: ${result.code}`);
  return result.withdrawal;
}

function sweepLater() {
  const run = { now: minutesAfter(new Date(), 3), remainingMilliseconds: () => 60_000 };
  return sweepWithdrawals(shop, run);
}

async function coinsOf(userId: string) {
  const { paid, owed, frozen = 0 } = await walletOf(shop, userId);
  return { paid, owed, frozen };
}

type AtStripe = { id: string; payment_intent: string; amount: number; status: string };

async function refundsOf({ paymentId }: Sale): Promise<AtStripe[]> {
  const { refunds } = await look<{ refunds: AtStripe[] }>(shop.stripeUrl, 'refunds');
  return refunds.filter(({ payment_intent }) => payment_intent === paymentId);
}

describe('a withdrawal from unused coins', () => {
  it('gives the whole price back, once, and what Stripe reports of the refund adds nothing to it', async () => {
    const sale = await sold();
    expect(await withdrawn(sale.rechargeId)).toMatchObject({
      state: 'refunded',
      coins: 660,
      bonusCoins: 0,
      amountMinor: 899,
      currency: 'GBP',
    });
    await settled();
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect(await refundsOf(sale)).toMatchObject([{ amount: 899 }]);
    const order = await orderOf(shop, sale.rechargeId);
    expect(Object.keys(order.claims ?? {})).toHaveLength(1);
    expect(presentRecharge(order)).toMatchObject({
      state: 'refunded',
      takenBack: { coins: 660, owedCoins: 0, frozenCoins: 0, refunded: { amount: 899, currency: 'GBP' } },
    });
  });

  it('gives back the part of what was not spent, rounded down', async () => {
    const sale = await sold();
    expect(await spend(shop, sale.userId, 260)).toBe('sent');
    // 899 × 400 ÷ 660 is 544.8; 660 × 544 ÷ 899 is 399.4.
    expect(await withdrawn(sale.rechargeId)).toMatchObject({ coins: 399, amountMinor: 544 });
    await settled();
    expect(await coinsOf(sale.userId)).toEqual({ paid: 1, owed: 0, frozen: 0 });
    expect(await refundsOf(sale)).toMatchObject([{ amount: 544 }]);
  });

  it('is refused when what is left is worth money, but the money no whole coin', async () => {
    const sale = await sold();
    expect(await spend(shop, sale.userId, 659)).toBe('sent');
    expect(codeOf(await withdraw(sale.rechargeId))).toBe('nothing_to_withdraw');
    expect(await coinsOf(sale.userId)).toEqual({ paid: 1, owed: 0, frozen: 0 });
  });

  it('may be followed by another after a refund that failed brought the coins back', async () => {
    const sale = await sold();
    await withdrawn(sale.rechargeId);
    const [refund] = await refundsOf(sale);
    await steer(shop.stripeUrl, `refunds/${refund?.id}/fail`);
    await settled();
    expect(await coinsOf(sale.userId)).toEqual({ paid: 660, owed: 0, frozen: 0 });
    await withdrawn(sale.rechargeId);
    await settled();
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });

  it('happens once when the same request comes five times at once, and again later', async () => {
    const sale = await sold();
    const withdrawalId = newId(new Date());
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => withdraw(sale.rechargeId, { withdrawalId })));
    expect(new Set(all.map(codeOf))).toEqual(new Set(['refunded']));
    const again = await withdraw(sale.rechargeId, { withdrawalId });
    expect(again).toMatchObject({ replayed: true, withdrawal: { amountMinor: 899 } });
    expect(await refundsOf(sale)).toHaveLength(1);
  });

  it('gives no more than the price when two requests race', async () => {
    const sale = await sold();
    const both = await Promise.all([withdraw(sale.rechargeId), withdraw(sale.rechargeId)]);
    expect(both.map(codeOf).toSorted()).toEqual(['nothing_to_withdraw', 'refunded']);
    expect(await refundsOf(sale)).toMatchObject([{ amount: 899 }]);
  });

  it('sets off what the wallet owes', async () => {
    const sale = await sold();
    await updateIf(shop.ledger, {
      Key: { pk: `WALLET#${sale.userId}`, sk: 'HEAD' },
      UpdateExpression: 'SET owed = :owed',
      ExpressionAttributeValues: { ':owed': 660 },
    });
    expect(codeOf(await withdraw(sale.rechargeId))).toBe('nothing_to_withdraw');
    await updateIf(shop.ledger, {
      Key: { pk: `WALLET#${sale.userId}`, sk: 'HEAD' },
      UpdateExpression: 'SET owed = :owed',
      ExpressionAttributeValues: { ':owed': 0 },
    });
  });
});

describe('a withdrawal whose outcome is not known', () => {
  it.each([
    ['Stripe did not get the request', 'error_500'],
    ['the answer was lost', 'timeout_after_effect'],
  ] as const)('keeps the coins frozen until the sweep knows, and pays once: %s', async (_case, fault) => {
    const sale = await sold();
    await steer(shop.stripeUrl, 'faults', { next: fault, count: 2, method: 'POST', path: '/v1/refunds' });
    await steer(shop.stripeUrl, 'webhooks', { hold: true });
    const withdrawal = await withdrawn(sale.rechargeId);
    expect(withdrawal.state).toBe('requested');
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 660 });
    expect(presentRecharge(await orderOf(shop, sale.rechargeId)).state).toBe('paid');
    expect(await spend(shop, sale.userId, 1)).toBe('insufficient_coins');
    await Promise.all([sweepLater(), sweepLater()]);
    expect(await refundsOf(sale)).toMatchObject([{ amount: 899 }]);
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    const item = await readItem(shop.ledger, withdrawalKey(withdrawal.withdrawalId));
    expect(item && parseWithdrawal(item)).toMatchObject({ state: 'refunded' });
    expect(item?.dueAt).toBeUndefined();
    await steer(shop.stripeUrl, 'webhooks/release');
    await settled();
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect(await sweepLater()).toEqual({ settled: 0, changed: 0, failed: 0 });
  });

  it('is ended by the webhook as far as the coins go, and by the sweep as far as it goes itself', async () => {
    const sale = await sold();
    await steer(shop.stripeUrl, 'faults', {
      next: 'timeout_after_effect',
      count: 2,
      method: 'POST',
      path: '/v1/refunds',
    });
    expect((await withdrawn(sale.rechargeId)).state).toBe('requested');
    await settled();
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect(await sweepLater()).toEqual({ settled: 1, changed: 0, failed: 0 });
    expect(await refundsOf(sale)).toHaveLength(1);
  });
});

describe('a withdrawal that Stripe refuses', () => {
  it('frees the coins and says why', async () => {
    const sale = await sold();
    await steer(shop.stripeUrl, 'webhooks', { hold: true });
    await steer(shop.stripeUrl, `payment_intents/${sale.paymentId}/refund`);
    expect(await withdrawn(sale.rechargeId)).toMatchObject({ state: 'refused', reason: 'charge_already_refunded' });
    expect(await coinsOf(sale.userId)).toEqual({ paid: 660, owed: 0, frozen: 0 });
    await steer(shop.stripeUrl, 'webhooks/release');
    await settled();
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });
});

describe('a withdrawal that is refused here', () => {
  it('stores nothing, and says why', async () => {
    const american = await sold('US', 'us-app-1000');
    expect(codeOf(await withdraw(american.rechargeId))).toBe('withdrawal_period_over');
    const sale = await sold();
    expect(codeOf(await withdraw(sale.rechargeId, { now: minutesAfter(new Date(), 15 * 1440) }))).toBe(
      'withdrawal_period_over',
    );
    expect(await spend(shop, sale.userId, 660)).toBe('sent');
    expect(codeOf(await withdraw(sale.rechargeId))).toBe('nothing_to_withdraw');
    expect(codeOf(await withdraw(newId(new Date())))).toBe('recharge_not_found');
    const unpaid = purchase(await newFan(shop, 'GB'), { packageId: 'gb-app-660' });
    await buy(shop, unpaid);
    expect(codeOf(await withdraw(unpaid.rechargeId))).toBe('nothing_to_withdraw');
    expect(await coinsOf(american.userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
  });

  it('is granted on the last day and not on the next', async () => {
    const sale = await sold();
    const lastMoment = (daysLater: number) => {
      const day = minutesAfter(new Date(), daysLater * 1440);
      return new Date(`${day.toISOString().slice(0, 10)}T23:59:59.999Z`);
    };
    expect(codeOf(await withdraw(sale.rechargeId, { now: new Date(lastMoment(14).getTime() + 1) }))).toBe(
      'withdrawal_period_over',
    );
    expect(codeOf(await withdraw(sale.rechargeId, { now: lastMoment(14) }))).toBe('refunded');
  });

  it('sends the buyers of an app store there', async () => {
    const sale = await sold();
    await updateIf(shop.ledger, {
      Key: rechargeKey(sale.rechargeId),
      UpdateExpression: 'SET provider = :apple',
      ExpressionAttributeValues: { ':apple': 'apple' },
    });
    expect(codeOf(await withdraw(sale.rechargeId))).toBe('withdrawal_at_store');
  });

  it('is refused when its key was used for another recharge', async () => {
    const [one, other] = [await sold(), await sold()];
    const { withdrawalId } = await withdrawn(one.rechargeId);
    expect(codeOf(await withdraw(other.rechargeId, { withdrawalId }))).toBe('idempotency_key_reused');
  });
});

describe('the books after all of it', () => {
  it('balance', async () => {
    await settled();
    expect(await troublesIn(shop)).toEqual([]);
  });
});
