import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rememberPayment } from '../../shared/recharges/order-updates.ts';
import { writeAttempts } from '../../shared/store/contention.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { updateIf } from '../../shared/store/write.ts';
import { meddledTable } from './meddled-table.ts';
import { paidOrder } from './paid-order.ts';
import {
  buy,
  catalogWith,
  changeWallet,
  deliver,
  entryOf,
  eventOf,
  minutesAfter,
  newFan,
  openShop,
  orderOf,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  walletOf,
} from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

describe('a payment whose wallet or order changes while it is credited', () => {
  it('takes nothing back that a gift spent meanwhile', async () => {
    const { command, event } = await paidOrder(shop);
    await changeWallet(shop, command.userId, { paid: 500 });
    const busy = meddledTable(shop.ledger);
    busy.actBeforeNext('TransactWriteItemsCommand', () =>
      changeWallet(shop, command.userId, { paid: 401, version: 3 }),
    );
    expect((await deliver({ ...shop, ledger: busy.table }, event)).statusCode).toBe(200);
    expect(await walletOf(shop, command.userId)).toMatchObject({ paid: 1401, version: 4 });
  });

  it('is delivered again, and credited then, when the wallet never holds still', async () => {
    const { command, event } = await paidOrder(shop);
    const busy = meddledTable(shop.ledger);
    for (let version = 10; version < 10 + writeAttempts; version += 1)
      busy.actBeforeNext('TransactWriteItemsCommand', () => changeWallet(shop, command.userId, { version }));
    const stores = { ...shop, ledger: busy.table };
    expect((await deliver(stores, event)).statusCode).toBe(503);
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    expect((await deliver(stores, event)).statusCode).toBe(200);
    expect((await walletOf(shop, command.userId)).paid).toBe(1000);
  });

  it('is parked when the order turns out to have another payment', async () => {
    const { command, payment, event } = await paidOrder(shop);
    await updateIf(shop.ledger, { Key: rechargeKey(command.rechargeId), UpdateExpression: 'REMOVE paymentId' });
    const raced = meddledTable(shop.ledger);
    const other = { rechargeId: command.rechargeId, paymentId: 'pi_other' };
    raced.actBeforeNext('TransactWriteItemsCommand', () => updateIf(shop.ledger, rememberPayment(other)));
    expect((await deliver({ ...shop, ledger: raced.table }, event)).statusCode).toBe(200);
    expect(await eventOf(shop, `evt_${command.rechargeId}`)).toMatchObject({
      outcome: 'parked',
      reason: 'payment_differs',
    });
    expect(await orderOf(shop, command.rechargeId)).toMatchObject({ state: 'pending', paymentId: 'pi_other' });
    expect(payment.id).not.toBe('pi_other');
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
  });
});

describe('what a payment makes of the wallet', () => {
  it('repays debt first, and lifts its guard when it is repaid', async () => {
    const { command, event } = await paidOrder(shop);
    await changeWallet(shop, command.userId, { owed: 300, guards: ['debt'] });
    await deliver(shop, event);
    const wallet = await walletOf(shop, command.userId);
    expect(wallet).toMatchObject({ paid: 700, owed: 0 });
    expect(wallet.guards).toBeUndefined();
    expect(await entryOf(shop, command)).toMatchObject({
      amounts: { paidCoins: 700, repaidCoins: 300, bonusCoins: 0, stripeMinor: 1299 },
    });
  });

  it('gives nothing but a smaller debt to a wallet that owes more', async () => {
    const { command, event } = await paidOrder(shop);
    await changeWallet(shop, command.userId, { owed: 1500, guards: ['debt'] });
    await deliver(shop, event);
    expect(await walletOf(shop, command.userId)).toMatchObject({ paid: 0, owed: 500, guards: ['debt'] });
  });

  it('keeps bonus coins apart as promotional coins that expire, and repays no debt with them', async () => {
    const catalog = await catalogWith(({ regions }) => {
      for (const coinPackage of regions.US?.app?.packages ?? []) coinPackage.bonusCoins = 50;
    });
    const bonusShop = { ...shop, catalog };
    const command = purchase(await newFan(shop));
    const { paymentId, order } = await buy(bonusShop, command);
    expect(order).toMatchObject({ coins: 1000, bonusCoins: 50, catalogVersion: 'changed' });
    await changeWallet(shop, command.userId, { owed: 1200, guards: ['debt'] });
    const payment = await payQuietly(shop, paymentId);
    await deliver(bonusShop, stripeEvent('payment_intent.succeeded', payment));
    const wallet = await walletOf(shop, command.userId);
    expect(wallet).toMatchObject({ paid: 0, owed: 200, guards: ['debt', 'promo'] });
    const { paidAt } = await orderOf(shop, command.rechargeId);
    const expiresAt = minutesAfter(paidAt ?? '', 30 * 24 * 60).toISOString();
    expect(wallet.promo).toEqual([{ lotId: `recharge-${command.rechargeId}`, coins: 50, expiresAt }]);
  });

  it('credits a frozen wallet, which stays frozen', async () => {
    const { command, event } = await paidOrder(shop);
    await changeWallet(shop, command.userId, { status: 'frozen' });
    await deliver(shop, event);
    expect(await walletOf(shop, command.userId)).toMatchObject({ paid: 1000, status: 'frozen' });
  });
});
