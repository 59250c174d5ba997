import { beforeAll, describe, expect, it } from 'vitest';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { reverseGifts } from '../../shared/earnings/reverse-gifts.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { admitPayment } from '../../shared/recharges/admit-payment.ts';
import { expireRecharge } from '../../shared/recharges/expire-recharge.ts';
import { getRecharge } from '../../shared/recharges/find-recharge.ts';
import { endPromotion } from '../../shared/shop/end-promotion.ts';
import { startPromotion } from '../../shared/shop/start-promotion.ts';
import { parseCreator } from '../../shared/store/items/creator.ts';
import { parseWalletEntry, type WalletEntry } from '../../shared/store/items/wallet-entry.ts';
import { creatorKey, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
import { queryAll, readItem } from '../../shared/store/read.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { setLimits } from '../../shared/users/set-limits.ts';
import { order } from '../campaigns/campaign-world.ts';
import { meddledTable } from '../recharges/meddled-table.ts';
import { codeOf, differences, expectDone, givePromo, later, newShop, now } from '../shop/shop-world.ts';
import { register, type World, walletOf } from '../support/people.ts';
import { buyCoins, claim, close, closing, creditAll, next, tip } from './account-world.ts';

let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newShop();
});

async function fan(): Promise<string> {
  fans += 1;
  await register(world, `closing-${fans}`, now);
  return `closing-${fans}`;
}

const context = { type: 'live', id: 'l' } as const;

/** The world of somebody who has decided, and between whose decision and its write something happens. */
function interrupted(happen: () => Promise<unknown>): World {
  const { table, actBeforeNext } = meddledTable(world.ledger);
  actBeforeNext('TransactWriteItemsCommand', happen);
  return { ...world, ledger: table };
}

async function entriesOf(userId: string): Promise<WalletEntry[]> {
  const entries: WalletEntry[] = [];
  const query = {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': walletKey(userId).pk, ':prefix': 'ENTRY#' },
  };
  for await (const item of queryAll(world.ledger, query)) entries.push(parseWalletEntry(item));
  return entries;
}

describe('closing an account', () => {
  it('is done at once where nothing is in the way, and again answers the same', async () => {
    const userId = await fan();
    const requestId = newId(now);
    expect(expectDone(await close(world, userId, {}, requestId))).toMatchObject({
      closure: { state: 'closed' },
      replayed: false,
    });
    expect(expectDone(await close(world, userId, {}, requestId))).toMatchObject({
      closure: { state: 'closed', closureId: requestId },
      replayed: true,
    });
    expect(codeOf(await close(world, userId, { forfeit: true }, requestId))).toBe('idempotency_key_reused');
    expect(codeOf(await close(world, 'nobody'))).toBe('user_not_found');
  });

  it('takes no coin without being told to, and all of them by an entry when it is', async () => {
    const userId = await fan();
    await buyCoins(world, { userId, coins: 500 });
    await givePromo(world, userId, 30, next());
    expect(await closing(world, userId)).toMatchObject({ state: 'requested', waitsFor: ['coins_left'] });
    expect(await walletOf(world, userId)).toMatchObject({ status: 'active', paid: 500 });
    await tip(world, userId, 100);
    expect(await closing(world, userId, { forfeit: true })).toMatchObject({ state: 'closed', waitsFor: [] });
    const wallet = await walletOf(world, userId);
    expect([wallet.status, wallet.paid, wallet.promo, wallet.dueAt]).toEqual(['closed', 0, undefined, undefined]);
    expect((await entriesOf(userId)).find(({ flow }) => flow === 'forfeit')).toMatchObject({
      amounts: { paidCoins: 430, promoCoins: 0 },
    });
    const statement = expectDone(await listWalletEntries(world, { userId, page: { limit: 1, before: undefined } }));
    expect(statement.entries[0]).toMatchObject({ type: 'forfeit', coins: -430 });
    expect(await differences(world)).toEqual([]);
  });

  it('offers the right of withdrawal first, and needs another word to do without', async () => {
    const userId = await fan();
    const { rechargeId } = await buyCoins(world, { userId, coins: 400, region: 'GB' });
    expect(await closing(world, userId, { forfeit: true })).toEqual({
      state: 'requested',
      waitsFor: ['withdrawal_possible'],
      withdrawable: [{ rechargeId, amountMinor: 400, currency: 'USD' }],
    });
    expect(await closing(world, userId, { forfeit: true, waiveWithdrawal: true })).toMatchObject({ state: 'closed' });
  });

  it('waits for gifts, reservations, orders, disputes and the operator, and says which', async () => {
    const userId = await fan();
    const order = await buyCoins(world, { userId, coins: 1000 });
    const open = await buyCoins(world, { userId, coins: 70, state: 'pending' });
    await tip(world, userId, 10, false);
    const promotionId = newId(now);
    const endsAt = later(5 * 24 * 60).toISOString();
    expectDone(await startPromotion(world, { userId, promotionId, videoId: 'v', budget: 200, endsAt, now: next() }));
    await claim(world, order, 'open');
    await setWalletStatus(world.ledger, { userId, status: 'frozen', reason: 'Review', caller: 'ops', now: next() });
    const first = expectDone(await close(world, userId, { forfeit: true }));
    expect(first.waitsFor).toEqual([
      { reason: 'wallet_frozen', ids: [] },
      { reason: 'gifts_waiting', ids: Object.keys(first.wallet.outbox) },
      { reason: 'reservations_open', ids: [promotionId] },
      { reason: 'orders_open', ids: [open.rechargeId] },
      { reason: 'payments_disputed', ids: [order.rechargeId] },
    ]);
    await setWalletStatus(world.ledger, { userId, status: 'active', reason: 'Done', caller: 'ops', now: next() });
    await creditAll(world, userId);
    expectDone(await endPromotion(world.ledger, { userId, promotionId, state: 'canceled', now: next() }));
    await claim(world, order, 'won');
    for (let minute = 0; minute < 16; minute++) next();
    // Its price is over, but a bank may still be paying it: the provider has not said that nothing comes.
    expect(await closing(world, userId, { forfeit: true })).toMatchObject({ waitsFor: ['orders_open'] });
    await expireRecharge(world.ledger, open, { givesBack: true, now: next() });
    expect(await closing(world, userId, { forfeit: true })).toMatchObject({ state: 'closed', waitsFor: [] });
    expect(await differences(world)).toEqual([]);
  });

  it('leaves a creator’s diamonds payable, waits for them unless told otherwise, and takes no more gifts', async () => {
    const owner = await fan();
    const creatorId = `of-${owner}`;
    expectDone(
      await putCreator(world, { creatorId, ownerUserId: owner, region: 'US', giftsEnabled: true, now: next() }),
    );
    const sender = await fan();
    await buyCoins(world, { userId: sender, coins: 100 });
    const gift = { giftId: newId(now), senderId: sender, creatorId, gift: 'tip', quantity: 1, unitPrice: 100 };
    expectDone(await sendGift(world, { ...gift, context }, next()));
    await creditAll(world, sender);
    const waiting = expectDone(await close(world, owner));
    expect(waiting.waitsFor).toEqual([{ reason: 'earnings_left', ids: [creatorId] }]);
    expect(await closing(world, owner, { leaveEarnings: true })).toMatchObject({ state: 'closed' });
    expect(parseCreator((await readItem(world.ledger, creatorKey(creatorId))) ?? {}).giftsEnabled).toBe(false);
    const again = { creatorId, ownerUserId: owner, region: 'US', giftsEnabled: true, now: next() };
    expect(codeOf(await putCreator(world, again))).toBe('account_closed');
  });

  it('decides again when a gift is sent between the decision and its write', async () => {
    const userId = await fan();
    await buyCoins(world, { userId, coins: 100 });
    const sly = interrupted(() => tip(world, userId, 30, false));
    const asked = expectDone(await close(sly, userId, { forfeit: true }));
    expect(asked.waitsFor.map(({ reason }) => reason)).toEqual(['gifts_waiting']);
    expect(await walletOf(world, userId)).toMatchObject({ status: 'active', paid: 70 });
  });

  it('waits for an order that is made between the decision and its write', async () => {
    const userId = await fan();
    const asked = expectDone(
      await close(
        interrupted(() => order(world, userId, { at: next() })),
        userId,
      ),
    );
    expect(asked.waitsFor.map(({ reason }) => reason)).toEqual(['orders_open']);
    expect((await walletOf(world, userId)).status).toBe('active');
  });

  it('lets no order be made that was quoted before', async () => {
    const userId = await fan();
    const made = await order(
      interrupted(() => closing(world, userId)),
      userId,
    );
    expect(codeOf(made)).toBe('account_closed');
  });

  it('takes gifts for no creator that its owner put at the same time', async () => {
    const ownerUserId = await fan();
    const creator = { creatorId: `beside-${ownerUserId}`, ownerUserId, region: 'US', giftsEnabled: true, now: next() };
    const beside = interrupted(() => closing(world, ownerUserId));
    expect(codeOf(await putCreator(beside, creator))).toBe('account_closed');
    expect(await readItem(world.ledger, creatorKey(creator.creatorId))).toBeUndefined();
  });

  it('loses no coin when a hundred gifts are sent at the same time', async () => {
    const userId = await fan();
    await buyCoins(world, { userId, coins: 100 });
    const at = next();
    const gifts = Array.from({ length: 100 }, () => ({
      ...{ giftId: newId(at), senderId: userId, creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context },
    }));
    const sent = gifts.map((gift) => sendGift(world, gift, at).catch(() => undefined));
    for (;;) {
      const asked = await close(world, userId, { forfeit: true }).catch(() => undefined);
      if (asked && expectDone(asked).closure.state === 'closed') break;
      await creditAll(world, userId);
    }
    await Promise.all(sent);
    const entries = await entriesOf(userId);
    const gone = entries.map(({ flow, amounts }) =>
      flow === 'recharge' ? 0 : (amounts as { paidCoins: number }).paidCoins,
    );
    expect(gone.reduce((sum, coins) => sum + coins, 0)).toBe(100);
    expect((await walletOf(world, userId)).paid).toBe(0);
  });
});

describe('a closed account', () => {
  it('refuses everything but what was done before, and is not opened again', async () => {
    const userId = await fan();
    await buyCoins(world, { userId, coins: 50 });
    const at = next();
    const gift = { giftId: newId(at), senderId: userId, creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1 };
    expectDone(await sendGift(world, { ...gift, context }, at));
    const grant = { userId, coins: 5, reason: 'Sorry', grantId: newId(at), caller: 'ops', now: at };
    expectDone(await grantCoins(world, grant));
    await creditAll(world, userId);
    expect(await closing(world, userId, { forfeit: true })).toMatchObject({ state: 'closed' });
    expect(expectDone(await sendGift(world, { ...gift, context }, next()))).toMatchObject({ replayed: true });
    expect(expectDone(await grantCoins(world, { ...grant, now: next() }))).toMatchObject({ replayed: true });
    const asked = [
      sendGift(world, { ...gift, giftId: newId(at), context }, next()),
      grantCoins(world, { ...grant, grantId: newId(at) }),
      putUser(world, { userId, region: 'US', birthDate: '1995-04-12', now: next() }),
      setLimits(world, { userId, limits: { day: 5 }, caller: 'app', now: next() }),
      setWalletStatus(world.ledger, { userId, status: 'active', reason: 'Oops', caller: 'ops', now: next() }),
    ];
    expect((await Promise.all(asked)).map(codeOf)).toEqual(Array(5).fill('account_closed'));
    expect((await walletOf(world, userId)).status).toBe('closed');
  });

  it('owes what a late refund takes, and no creator loses diamonds for coins that were given up', async () => {
    const userId = await fan();
    await buyCoins(world, { userId, coins: 100 });
    const later = await buyCoins(world, { userId, coins: 100 });
    await tip(world, userId, 150);
    expect(await closing(world, userId, { forfeit: true })).toMatchObject({ state: 'closed' });
    await claim(world, later);
    expect(await walletOf(world, userId)).toMatchObject({ status: 'closed', paid: 0, owed: 100 });
    const run = { now: new Date(Date.now() + 60_000), remainingMilliseconds: () => 60_000 };
    expect(await reverseGifts({ ...world, maturityDays: 0 }, run)).toMatchObject({ failed: 0 });
    const taken = [];
    for (let shard = 0; shard < 64; shard++) {
      const pk = `CREATOR#cy#${String(shard).padStart(2, '0')}`;
      const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
      for await (const { flow, senderId, coins } of queryAll(world.ledger, query))
        if (flow === 'reversal' && senderId === userId) taken.push(coins);
    }
    expect(taken).toEqual([50]);
    expect(await differences(world)).toEqual([]);
  });

  it('takes no money that its buyer agreed to pay before, and tells the order why', async () => {
    const userId = await fan();
    const order = await buyCoins(world, { userId, coins: 70, state: 'pending' });
    await expireRecharge(world.ledger, order, { givesBack: true, now: next() });
    expect(await closing(world, userId)).toMatchObject({ state: 'closed' });
    expect(await admitPayment(world, order, next())).toBe(false);
    expect(await admitPayment(world, order, next())).toBe(false);
    const refused = expectDone(await getRecharge(world.ledger, order.rechargeId));
    expect(refused).toMatchObject({ state: 'expired', failure: 'account_closed' });
  });

  it('settles what a late payment brought, in the same way', async () => {
    const userId = await fan();
    expect(await closing(world, userId)).toMatchObject({ state: 'closed' });
    await buyCoins(world, { userId, coins: 60 });
    expect(await closing(world, userId)).toMatchObject({ state: 'closed', waitsFor: ['coins_left'] });
    expect(await closing(world, userId, { forfeit: true })).toMatchObject({ state: 'closed', waitsFor: [] });
    expect((await walletOf(world, userId)).paid).toBe(0);
    expect(await differences(world)).toEqual([]);
  });
});

it('finds a change by hand of what was given up', async () => {
  const userId = await fan();
  await buyCoins(world, { userId, coins: 40 });
  await closing(world, userId, { forfeit: true });
  const entry = (await entriesOf(userId)).find(({ flow }) => flow === 'forfeit');
  const key = walletEntryKey({ userId, flow: 'forfeit', entryId: entry?.entryId ?? '' });
  expect(await readItem(world.ledger, key)).toBeDefined();
  const { updateIf } = await import('../../shared/store/write.ts');
  const by = (coins: number) =>
    updateIf(world.ledger, {
      Key: key,
      UpdateExpression: 'SET amounts.paidCoins = amounts.paidCoins + :coins',
      ExpressionAttributeValues: { ':coins': coins },
    });
  await by(1);
  expect(await differences(world)).toEqual([`wallet ${userId}: wallet.paid 1`]);
  await by(-1);
});
