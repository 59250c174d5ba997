import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { findCredited, pruneWallets } from '../../shared/earnings/prune-outbox.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { mostWaiting } from '../../shared/gifts/debit-wallet.ts';
import { decideGift } from '../../shared/gifts/decide-gift.ts';
import type { SendGift } from '../../shared/gifts/quote-gift.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { type Sent, sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { coins, milliDiamonds } from '../../shared/money/units.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { Contention } from '../../shared/store/contention.ts';
import { storedOutboxGift, type Wallet } from '../../shared/store/items/wallet.ts';
import { walletKey } from '../../shared/store/keys.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { countRequests } from '../support/count-requests.ts';
import { failingTable } from '../support/failing-table.ts';
import { fanWith, giftEntryOf, newWorld, register, type World, walletOf } from '../support/people.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newWorld(now);
});

async function fan(coins: number): Promise<string> {
  fans += 1;
  const userId = `fan-${fans}`;
  await fanWith(world, { userId, coins, now });
  return userId;
}

function rose(senderId: string, change: Partial<SendGift> = {}): SendGift {
  const context = { type: 'live', id: 'live-1' } as const;
  return { giftId: newId(now), senderId, creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context, ...change };
}

function expectSent(result: Sent | Refusal): Sent {
  if (isRefusal(result)) throw new Error(`refused: ${result.code}`);
  return result;
}

function codeOf(result: Sent | Refusal): string {
  return isRefusal(result) ? result.code : 'sent';
}

/** Credits everything in the sender's outbox and takes it out, as relay, queue and pruning do. */
async function creditAndPrune(userId: string): Promise<void> {
  const wallet = await walletOf(world, userId);
  for (const message of packGifts(giftsOf(wallet)))
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, now);
  await pruneWallets(world.ledger, [wallet], await findCredited(world.ledger, [wallet]));
}

describe('sending a gift', () => {
  it('debits the sender and keeps the gift in the outbox, with its diamonds fixed', async () => {
    const senderId = await fan(3000);
    const command = rose(senderId, { gift: 'luxury_car', unitPrice: 2699 });
    const { wallet, replayed } = expectSent(await sendGift(world, command, now));
    expect(replayed).toBe(false);
    expect(wallet.paid).toBe(301);
    expect(wallet.outbox[command.giftId]).toMatchObject({
      creatorId: 'cy',
      gift: 'luxury_car',
      milliDiamonds: 1_349_500,
    });
    expect(wallet.spent).toEqual({ 'd2026-11-21': 2699, 'w2026-11-16': 2699, 'm2026-11': 2699 });
  });

  it('takes one request and one write unit once catalogue and creator are known', async () => {
    const senderId = await fan(100);
    await sendGift(world, rose(senderId), now);
    const counted = countRequests(world);
    for (let sent = 0; sent < 3; sent++) expectSent(await sendGift(counted.world, rose(senderId), now));
    expect(counted.requests()).toEqual({ requests: 3, writeUnits: 3, readUnits: 0 });
  });

  it('lets exactly one of fifty parallel gifts through when there are coins for one', async () => {
    const senderId = await fan(1);
    const results = await Promise.all(Array.from({ length: 50 }, () => sendGift(world, rose(senderId), now)));
    expect(results.filter((result) => !isRefusal(result))).toHaveLength(1);
    expect(results.filter((result) => codeOf(result) === 'insufficient_coins')).toHaveLength(49);
    expect((await walletOf(world, senderId)).paid).toBe(0);
  });

  it('debits once when the same key comes fifty times at once, and answers all the same', async () => {
    const senderId = await fan(10);
    const command = rose(senderId);
    const results = (await Promise.all(Array.from({ length: 50 }, () => sendGift(world, command, now)))).map(
      expectSent,
    );
    expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(results.map(({ gift, wallet }) => JSON.stringify([gift, wallet.paid]))).size).toBe(1);
    expect((await walletOf(world, senderId)).paid).toBe(9);
  });

  it('is debited once when the function dies after the debit, before its answer, and the app asks again', async () => {
    const senderId = await fan(10);
    const command = rose(senderId);
    const error = new Error('The function is gone.');
    const ledger = failingTable(world.ledger, { command: 'UpdateItemCommand', times: 1, error, afterEffect: true });
    await expect(sendGift({ ...world, ledger }, command, now)).rejects.toThrow('gone');
    const { wallet, replayed } = expectSent(await sendGift(world, command, now));
    expect({ replayed, paid: wallet.paid }).toEqual({ replayed: true, paid: 9 });
    expect(Object.keys((await walletOf(world, senderId)).outbox)).toEqual([command.giftId]);
  });

  it('refuses a key that was used for another gift', async () => {
    const senderId = await fan(10);
    const command = rose(senderId);
    await sendGift(world, command, now);
    const others: Partial<SendGift>[] = [
      { quantity: 2 },
      { context: { type: 'video', id: 'live-1' } },
      { gift: 'tip' },
    ];
    for (const change of others)
      expect(codeOf(await sendGift(world, { ...command, ...change }, now))).toBe('idempotency_key_reused');
    expect((await walletOf(world, senderId)).paid).toBe(9);
  });

  it('replays a gift that was pruned from the outbox long ago, even when its key lies before the mark', async () => {
    const senderId = await fan(10);
    const commands = Array.from({ length: 5 }, () => rose(senderId));
    for (const command of commands) await sendGift(world, command, now);
    await creditAndPrune(senderId);
    expect((await walletOf(world, senderId)).outbox).toEqual({});
    for (const command of commands) {
      const { replayed, gift } = expectSent(await sendGift(world, command, new Date(now.getTime() + 7_200_000)));
      expect(replayed).toBe(true);
      expect(gift.sentAt).toEqual(now);
    }
    expect((await walletOf(world, senderId)).paid).toBe(5);
  });

  it('still takes a new gift whose key is older than the pruning mark, once', async () => {
    const senderId = await fan(10);
    const late = rose(senderId, { giftId: newId(new Date(now.getTime() - 60_000)) });
    for (let sent = 0; sent < 4; sent++) await sendGift(world, rose(senderId), now);
    await creditAndPrune(senderId);
    const results = (await Promise.all(Array.from({ length: 10 }, () => sendGift(world, late, now)))).map(expectSent);
    expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await walletOf(world, senderId)).paid).toBe(5);
  });

  it('keeps the promise of a gift that was sent before price, switch or creator changed', async () => {
    const own = await newWorld(now);
    await fanWith(own, { userId: 'ana', coins: 100, now });
    const command = rose('ana');
    await sendGift(own, command, now);
    const rosesDearer = catalogDefaults.gifts.gifts.map((gift) =>
      gift.code === 'rose' ? { ...gift, price: { coins: 2 } } : gift,
    );
    await putVersion(own.catalogTable, 'gifts', {
      version: '2',
      effectiveAt: now.toISOString(),
      value: { ...catalogDefaults.gifts, gifts: rosesDearer },
    });
    await putCreator(own, { creatorId: 'cy', ownerUserId: 'cyril', region: 'US', giftsEnabled: false, now });
    const later = { ...own, catalog: openCatalog(own.catalogTable), recipients: openRecipients(own.ledger) };
    expect(expectSent(await sendGift(later, command, now)).replayed).toBe(true);
    expect(codeOf(await sendGift(later, rose('ana'), now))).toBe('price_changed');
    expect(codeOf(await sendGift(later, rose('ana', { unitPrice: 2 }), now))).toBe('recipient_not_eligible');
    expect((await walletOf(own, 'ana')).paid).toBe(99);
  });

  it('sends a combo as one gift and a tip of a free amount', async () => {
    const senderId = await fan(1000);
    expectSent(await sendGift(world, rose(senderId, { quantity: 99 }), now));
    const tip = expectSent(await sendGift(world, rose(senderId, { gift: 'tip', unitPrice: 101 }), now));
    expect(tip.gift.milliDiamonds).toBe(50_500);
    expect(tip.wallet.paid).toBe(800);
  });

  it('refuses a combo that the wallet cannot pay as a whole', async () => {
    const senderId = await fan(50);
    expect(await sendGift(world, rose(senderId, { quantity: 99 }), now)).toMatchObject({
      code: 'insufficient_coins',
      facts: { coins: 50, price: 99 },
    });
  });
});

describe('what is refused before the wallet is looked at', () => {
  const cases: [string, Partial<SendGift>][] = [
    ['gift_not_found', { gift: 'unicorn' }],
    ['price_changed', { unitPrice: 2 }],
    ['price_changed', { gift: 'tip', unitPrice: 100_001 }],
    ['malformed_request', { quantity: 10_000 }],
    ['creator_not_found', { creatorId: 'nobody' }],
  ];
  it.each(cases)('%s', async (code, change) => {
    const senderId = await fan(10);
    expect(codeOf(await sendGift(world, rose(senderId, change), now))).toBe(code);
    expect((await walletOf(world, senderId)).paid).toBe(10);
  });

  it('refuses a gift to oneself', async () => {
    expect(codeOf(await sendGift(world, rose('cyril'), now))).toBe('self_gift');
  });

  it('refuses gifts that are off, out of season, or not for the surface', async () => {
    const own = await newWorld(now);
    await fanWith(own, { userId: 'ana', coins: 100, now });
    const change = {
      rose: { enabled: false },
      heart: { from: '2026-12-01T00:00:00.000Z' },
      clover: { until: now.toISOString() },
      balloon: { surfaces: ['video' as const] },
      doughnut: { regions: ['GB'] },
    } as Record<string, object>;
    const gifts = catalogDefaults.gifts.gifts.map((gift) => ({ ...gift, ...change[gift.code] }));
    await putVersion(own.catalogTable, 'gifts', {
      version: '2',
      effectiveAt: '2026-01-01T00:00:00.000Z',
      value: { ...catalogDefaults.gifts, gifts },
    });
    for (const [gift, unitPrice] of [
      ['rose', 1],
      ['heart', 5],
      ['clover', 10],
      ['balloon', 20],
      ['doughnut', 30],
    ] as const)
      expect(codeOf(await sendGift(own, rose('ana', { gift, unitPrice }), now))).toBe('gift_unavailable');
    expect((await walletOf(own, 'ana')).paid).toBe(100);
  });
});

describe('wallets that are not ordinary', () => {
  it('refuses an unknown sender, a frozen wallet, an unknown age and a minor', async () => {
    expect(codeOf(await sendGift(world, rose('nobody'), now))).toBe('user_not_found');
    const frozen = await fan(10);
    await setWalletStatus(world.ledger, { userId: frozen, status: 'frozen', reason: 'test', caller: 'op', now });
    expect(codeOf(await sendGift(world, rose(frozen), now))).toBe('wallet_frozen');
    await putUser(world, { userId: 'ageless', region: 'US', now });
    expect(codeOf(await sendGift(world, rose('ageless'), now))).toBe('age_restricted');
    await putUser(world, { userId: 'minor', region: 'KR', birthDate: '2008-01-01', now });
    expect(codeOf(await sendGift(world, rose('minor'), now))).toBe('age_restricted');
  });

  it('answers a replay although the wallet was frozen since', async () => {
    const senderId = await fan(10);
    const command = rose(senderId);
    await sendGift(world, command, now);
    await setWalletStatus(world.ledger, { userId: senderId, status: 'frozen', reason: 'test', caller: 'op', now });
    expect(expectSent(await sendGift(world, command, now)).replayed).toBe(true);
  });

  it('lets somebody gift from the birthday on', async () => {
    await fanWith(world, { userId: 'almost', coins: 5, now });
    await putUser(world, { userId: 'almost', region: 'US', birthDate: '2008-11-22', now });
    expect(codeOf(await sendGift(world, rose('almost'), now))).toBe('age_restricted');
    const tomorrow = new Date('2026-11-22T00:00:00.000Z');
    expectSent(await sendGift(world, rose('almost'), tomorrow));
    expect((await walletOf(world, 'almost')).guards).toBeUndefined();
  });

  it('spends promotional coins first, then paid ones, never expired ones, and returns to the fast path', async () => {
    await fanWith(world, { userId: 'lucky', coins: 10, now });
    const grant = { userId: 'lucky', reason: 'compensation', caller: 'op' };
    await grantCoins(world, { ...grant, grantId: newId(now), coins: 3, now: new Date('2026-10-01T00:00:00Z') });
    await grantCoins(world, { ...grant, grantId: newId(now), coins: 4, now });
    const command = rose('lucky', { gift: 'heart', unitPrice: 5 });
    const { wallet } = expectSent(await sendGift(world, command, now));
    expect(wallet.paid).toBe(9);
    expect(Object.values(wallet.outbox[command.giftId]?.promo ?? {})).toEqual([4]);
    expect(wallet.promo?.map(({ coins }) => coins)).toEqual([3]);
    await creditAndPrune('lucky');
    expect(await giftEntryOf(world, { userId: 'lucky', giftId: command.giftId })).toMatchObject({
      amounts: { paidCoins: 1, promoCoins: 4 },
    });
  });

  it('never takes more than there is from a guarded wallet under parallel gifts', async () => {
    await register(world, 'promo-only', now);
    await grantCoins(world, {
      userId: 'promo-only',
      reason: 'compensation',
      caller: 'op',
      grantId: newId(now),
      coins: 3,
      now,
    });
    const attempts = await Promise.allSettled(
      Array.from({ length: 12 }, () => sendGift(world, rose('promo-only'), now)),
    );
    const sent = attempts.filter((attempt) => attempt.status === 'fulfilled' && !isRefusal(attempt.value));
    const wallet = await walletOf(world, 'promo-only');
    const left = wallet.promo?.reduce((sum, { coins }) => sum + coins, 0) ?? 0;
    expect(sent.length).toBe(3 - left);
    expect(Object.keys(wallet.outbox)).toHaveLength(sent.length);
  });

  it('takes each coin once from two lots that have the same id', () => {
    const expiresAt = '2026-12-21T00:00:00.000Z';
    const promo = ['a', 'a'].map((lotId) => ({ lotId, coins: 10, expiresAt }));
    const wallet = { ...ordinary, paid: 0, promo };
    const quote = {
      price: coins(15),
      milliDiamonds: milliDiamonds(7500),
      regions: undefined,
      switchedOn: { except: [] },
      versions: { gifts: '1', rates: '1' },
    };
    const decided = decideGift(wallet, { quote, spending: catalogDefaults.spending, now });
    if (isRefusal(decided)) throw new Error(decided.code);
    const { spending } = decided;
    expect(spending.lotsLeft.map((lot) => lot.coins)).toEqual([5]);
    expect(spending.promo).toEqual({ a: 15 });
  });
});

const ordinary: Wallet = {
  userId: 'ana',
  region: 'US',
  status: 'active',
  paid: 100,
  owed: 0,
  adultOn: '2013-01-01',
  outbox: {},
  prunedThrough: '',
  spent: {},
  version: 1,
  openedAt: '2026-01-01T00:00:00.000Z',
};

describe('when crediting stands still', () => {
  it('stops taking gifts before the wallet grows too large, and takes them again afterwards', async () => {
    const senderId = await fan(1000);
    const waiting = Object.fromEntries(
      Array.from({ length: mostWaiting }, () => {
        const { giftId, senderId: _, ...gift } = rose(senderId);
        return [giftId, storedOutboxGift({ ...gift, sentAt: now.getTime(), milliDiamonds: 500 })];
      }),
    );
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: walletKey(senderId),
        UpdateExpression: 'SET outbox = :outbox, version = version + :one',
        ExpressionAttributeValues: { ':outbox': waiting, ':one': 1 },
      }),
    );
    await expect(sendGift(world, rose(senderId), now)).rejects.toBeInstanceOf(Contention);
    expect(
      await setWalletStatus(world.ledger, { userId: senderId, status: 'active', reason: 'x', caller: 'op', now }),
    ).toBe(undefined);
    for (let round = 0; round < 3; round++) await creditAndPrune(senderId);
    expectSent(await sendGift(world, rose(senderId), now));
  });

  it('refuses a gift that is larger than any movement may be', async () => {
    const own = await newWorld(now);
    await fanWith(own, { userId: 'ana', coins: 1_000_000_000_000, now });
    const value = { ...catalogDefaults.gifts, largestQuantity: 100_000 };
    await putVersion(own.catalogTable, 'gifts', { version: '2', effectiveAt: '2026-01-01T00:00:00.000Z', value });
    expect(codeOf(await sendGift(own, rose('ana', { gift: 'tip', unitPrice: 100_000, quantity: 99_999 }), now))).toBe(
      'malformed_request',
    );
    expect((await walletOf(own, 'ana')).outbox).toEqual({});
  });
});
