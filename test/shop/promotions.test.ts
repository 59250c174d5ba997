import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { decideRelease } from '../../shared/shop/decide-reserved.ts';
import { endPromotion } from '../../shared/shop/end-promotion.ts';
import { findPromotion } from '../../shared/shop/find-reservation.ts';
import { reportSpending } from '../../shared/shop/report-spending.ts';
import { type StartPromotion, startPromotion } from '../../shared/shop/start-promotion.ts';
import { sweepReservations } from '../../shared/shop/sweep-reservations.ts';
import { reservationKey, spendingKey } from '../../shared/store/shop-keys.ts';
import { getWallet } from '../../shared/users/get-wallet.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { patiently } from '../support/patiently.ts';
import { fanWith, type World, walletOf } from '../support/people.ts';
import { codeOf, days, differences, expectDone, givePromo, later, newShop, now } from './shop-world.ts';

let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newShop();
});

async function fan(coins: number, promoCoins = 0): Promise<string> {
  fans += 1;
  const userId = `promoter-${fans}`;
  await fanWith(world, { userId, coins, now });
  if (promoCoins > 0) await givePromo(world, userId, promoCoins);
  return userId;
}

function promotion(userId: string, change: Partial<StartPromotion> = {}): StartPromotion {
  const endsAt = later(days(7)).toISOString();
  return { promotionId: newId(now), userId, videoId: 'video-1', budget: 500, endsAt, now, ...change };
}

/** A promotion of 500 coins, of which 100 were promotional. */
async function running(coins = 1000, promoCoins = 100) {
  const userId = await fan(coins, promoCoins);
  const { promotionId } = promotion(userId);
  expectDone(await startPromotion(world, promotion(userId, { promotionId })));
  return { userId, promotionId };
}

type Running = Awaited<ReturnType<typeof running>>;

function report(of: Running, spentCoins: number, { stepId = newId(now), at = later(60) } = {}) {
  return reportSpending(world.ledger, { ...of, stepId, spentCoins, now: at });
}

function end(of: Running, state: 'finished' | 'canceled', at = later(120)) {
  return endPromotion(world.ledger, { ...of, state, now: at });
}

function sweep(at: Date) {
  return sweepReservations(world.ledger, { now: at, remainingMilliseconds: () => 60_000 });
}

async function read(of: Running) {
  return expectDone(await findPromotion(world.ledger, of));
}

describe('promoting a video', () => {
  it('sets its budget aside: promotional coins first, counted as spent', async () => {
    const of = await running();
    expect(await read(of)).toMatchObject({ state: 'running', coins: 500, spentCoins: 0, paidLeft: 400 });
    const wallet = await walletOf(world, of.userId);
    expect(wallet).toMatchObject({ paid: 600, spent: { 'd2026-11-21': 500 } });
    expect(wallet.promo).toBeUndefined();
  });

  it('spends what the app reports in all, promotional coins first', async () => {
    const of = await running();
    expect(expectDone(await report(of, 60)).spentNow).toBe(60);
    expect(expectDone(await report(of, 150)).spentNow).toBe(90);
    const { paidLeft, promoLeft, spentCoins } = await read(of);
    expect({ paidLeft, promoLeft, spentCoins }).toEqual({ paidLeft: 350, promoLeft: undefined, spentCoins: 150 });
  });

  it('spends nothing for reports that are late or come again', async () => {
    const of = await running();
    const stepId = newId(now);
    expectDone(await report(of, 200, { stepId }));
    expect(expectDone(await report(of, 120)).spentNow).toBe(0);
    expect(expectDone(await report(of, 200, { stepId }))).toMatchObject({ spentNow: 0, replayed: true });
    expect(codeOf(await report(of, 300, { stepId }))).toBe('idempotency_key_reused');
    expect((await read(of)).spentCoins).toBe(200);
  });

  it('spends exactly what was reported in all when forty reports come at once, many of them twice', async () => {
    const of = await running();
    const reports = Array.from({ length: 20 }, (_, i) => ({ stepId: newId(now), spentCoins: (i + 1) * 20 }));
    const all = [...reports, ...reports];
    await Promise.all(all.map(({ stepId, spentCoins }) => patiently(() => report(of, spentCoins, { stepId }))));
    expect(await read(of)).toMatchObject({ spentCoins: 400, paidLeft: 100 });
  });

  it('never spends more than the budget, and is finished with its last coin', async () => {
    const of = await running();
    const reports = Array.from({ length: 15 }, (_, i) => 450 + i * 20);
    await Promise.all(reports.map((spentCoins) => patiently(() => report(of, spentCoins))));
    expect(await read(of)).toMatchObject({ state: 'finished', spentCoins: 500, paidLeft: 0 });
    expect((await walletOf(world, of.userId)).paid).toBe(600);
  });

  it('gives the rest back to the lots it came from when it ends, and counts it as unspent', async () => {
    const of = await running();
    expectDone(await report(of, 60));
    expect(expectDone(await end(of, 'finished'))).toMatchObject({
      state: 'finished',
      spentCoins: 60,
      released: { paidCoins: 400, promoCoins: 40, repaidCoins: 0 },
    });
    const wallet = await walletOf(world, of.userId);
    expect(wallet).toMatchObject({ paid: 1000, guards: ['promo'], spent: { 'd2026-11-21': 60 } });
    expect(wallet.promo).toMatchObject([{ coins: 40, expiresAt: later(days(30)).toISOString() }]);
  });

  it('gives it back once, however often it is ended', async () => {
    const of = await running();
    const ends = await Promise.all(Array.from({ length: 8 }, () => patiently(() => end(of, 'canceled'))));
    expect(ends.map((ended) => expectDone(ended).state)).toEqual(Array.from({ length: 8 }, () => 'canceled'));
    expect((await walletOf(world, of.userId)).paid).toBe(1000);
    expect(codeOf(await end(of, 'finished'))).toBe('state_conflict');
    expect(codeOf(await report(of, 1))).toBe('state_conflict');
  });

  it('ends by itself a day after its end, which late reports have until then', async () => {
    const of = await running();
    await sweep(later(days(8) - 1));
    expect(expectDone(await report(of, 300, { at: later(days(8) - 1) })).spentNow).toBe(300);
    await sweep(later(days(8)));
    expect(await read(of)).toMatchObject({ state: 'lapsed', spentCoins: 300, released: { paidCoins: 200 } });
    expect((await walletOf(world, of.userId)).paid).toBe(800);
    expect(await sweep(later(days(9)))).toMatchObject({ lapsed: 0, failed: 0 });
  });

  it('gives coins that have expired meanwhile back as what they are: expired', async () => {
    const of = await running();
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: reservationKey({ userId: of.userId, reservationId: of.promotionId }),
        UpdateExpression: 'SET promoLeft[0].expiresAt = :soon',
        ExpressionAttributeValues: { ':soon': later(10).toISOString() },
      }),
    );
    expectDone(await end(of, 'canceled'));
    const { promo, paid } = await walletOf(world, of.userId);
    expect({ promo, paid }).toMatchObject({ paid: 1000, promo: [{ coins: 100, expiresAt: later(10).toISOString() }] });
  });

  it('repays what the wallet owes by then before coins can be spent again', async () => {
    const of = await running(500, 0);
    const wallet = { ...(await walletOf(world, of.userId)), owed: 120, guards: ['debt' as const] };
    const { amounts, change } = decideRelease(wallet, await read(of), later(120));
    expect(amounts).toEqual({ paidCoins: 380, promoCoins: 0, repaidCoins: 120 });
    expect(change).toEqual({ paid: 380, owed: 0, spent: { 'd2026-11-21': 0, 'w2026-11-16': 0, 'm2026-11': 0 } });
  });

  it('shows in the wallet as reserved until it is spent or comes back, and under what the platform allows', async () => {
    const of = await running();
    const shown = async () => {
      const { reservedCoins, platformLimits } = expectDone(await getWallet(world, { userId: of.userId, now }));
      return [reservedCoins, platformLimits?.day?.left, platformLimits?.perGift];
    };
    expect(await shown()).toEqual([500, 499_500, undefined]);
    await report(of, 120);
    expect(await shown()).toEqual([380, 499_500, undefined]);
    expectDone(await startPromotion(world, promotion(of.userId, { budget: 100 })));
    expect(await shown()).toEqual([480, 499_400, undefined]);
    await end(of, 'canceled');
    expect(await shown()).toEqual([100, 499_780, undefined]);
  });

  it('shows in the statement as set aside and as given back', async () => {
    const of = await running();
    expectDone(await end(of, 'canceled'));
    const { entries } = expectDone(
      await listWalletEntries(world, { userId: of.userId, page: { limit: 10, before: undefined } }),
    );
    expect(entries[0]).toMatchObject({ type: 'release', coins: 500, reservationId: of.promotionId });
    expect(entries.find(({ type }) => type === 'reserve')).toMatchObject({
      entryId: of.promotionId,
      coins: -500,
      videoId: 'video-1',
    });
  });
});

describe('a promotion is started', () => {
  it('once when its key comes twenty times at once, and later', async () => {
    const userId = await fan(1000);
    const command = promotion(userId);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => patiently(() => startPromotion(world, command))),
    );
    expect(results.map(expectDone).filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await walletOf(world, userId)).paid).toBe(500);
    expect(expectDone(await startPromotion(world, { ...command, now: later(days(90)) })).replayed).toBe(true);
    expect(codeOf(await startPromotion(world, { ...command, videoId: 'video-2' }))).toBe('idempotency_key_reused');
  });

  it.each([
    ['with a budget below the least', { budget: 99 }, 'malformed_request'],
    ['with an end that is past', { endsAt: now.toISOString() }, 'malformed_request'],
    ['with an end too far away', { endsAt: later(days(31)).toISOString() }, 'malformed_request'],
    ['without coins enough', { budget: 601 }, 'insufficient_coins'],
  ] as const)('not %s', async (_, change, code) => {
    const userId = await fan(600);
    expect(codeOf(await startPromotion(world, promotion(userId, change)))).toBe(code);
    expect((await walletOf(world, userId)).paid).toBe(600);
  });
});

describe('the audit of promotions', () => {
  it('is clean after all of them', async () => {
    expect(await differences(world)).toEqual([]);
  });

  it('finds coins that somebody has put into a budget by hand, and a step that is gone', async () => {
    const of = await running();
    const stepId = newId(now);
    expectDone(await report(of, 60, { stepId }));
    const key = { userId: of.userId, reservationId: of.promotionId };
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: reservationKey(key),
        UpdateExpression: 'SET paidLeft = paidLeft + :more',
        ExpressionAttributeValues: { ':more': 7 },
      }),
    );
    const measures = (list: [string, number][]) => list.map(([name, delta]) => `wallet ${of.userId}: ${name} ${delta}`);
    const tooMany: [string, number][] = [
      [`bought coins of reservation ${of.promotionId}`, 7],
      [`coins of reservation ${of.promotionId}`, 7],
    ];
    expect((await differences(world)).toSorted()).toEqual(measures([...tooMany, ['wallet.reserved', 7]]));
    const Key = spendingKey({ ...key, entryId: stepId });
    await world.ledger.client.send(new DeleteCommand({ TableName: world.ledger.name, Key }));
    expect((await differences(world)).toSorted()).toEqual(
      measures([
        ...tooMany,
        [`coins spent of reservation ${of.promotionId}`, 60],
        [`promotional coins of reservation ${of.promotionId}`, -60],
        ['wallet.reserved', -53],
      ]),
    );
  });

  it('finds given coins that were made bought ones, and a budget of a promotion that is over or that no sweep will see', async () => {
    const before = await differences(world);
    const change = (of: Running, UpdateExpression: string, values?: Record<string, unknown>) =>
      world.ledger.client.send(
        new UpdateCommand({
          TableName: world.ledger.name,
          Key: reservationKey({ userId: of.userId, reservationId: of.promotionId }),
          UpdateExpression,
          ...(values && { ExpressionAttributeValues: values }),
          ...(UpdateExpression.includes('#state') && { ExpressionAttributeNames: { '#state': 'state' } }),
        }),
      );
    const [made, over, unseen] = [await running(), await running(), await running()];
    await change(made, 'SET paidLeft = paidLeft + :given REMOVE promoLeft', { ':given': 100 });
    await change(over, 'SET #state = :finished', { ':finished': 'finished' });
    await change(unseen, 'REMOVE dueBucket, dueAt');
    const found = (await differences(world)).filter((difference) => !before.includes(difference));
    expect(found.toSorted()).toEqual(
      [
        `wallet ${made.userId}: bought coins of reservation ${made.promotionId} 100`,
        `wallet ${made.userId}: promotional coins of reservation ${made.promotionId} -100`,
        `wallet ${over.userId}: coins of reservation ${over.promotionId} that nothing releases 500`,
        `wallet ${unseen.userId}: coins of reservation ${unseen.promotionId} that nothing releases 500`,
      ].toSorted(),
    );
  });
});
