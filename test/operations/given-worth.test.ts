import { beforeAll, describe, expect, it } from 'vitest';
import { spendingDefaults } from '../../shared/catalog/spending-rules.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { type GrantCoins, grantCoins } from '../../shared/operations/grant-coins.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { makeCodes } from '../../shared/shop/code-batches.ts';
import { redeemCode } from '../../shared/shop/redeem-code.ts';
import { givenLineKey, givenWorthKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { transact, updateIf } from '../../shared/store/write.ts';
import { codeOf, differences, expectDone } from '../shop/shop-world.ts';
import { patiently } from '../support/patiently.ts';
import { register, type World } from '../support/people.ts';
import { newRuledWorld } from '../support/wallet-rules.ts';

const noon = new Date('2026-11-21T12:00:00.000Z');
const limit = 1_000;
let world: World;
let day = 0;
let now = noon;

/** Each test has a day of its own. */
function nextDay(): void {
  day += 1;
  now = new Date(noon.getTime() + day * 86_400_000);
}

beforeAll(async () => {
  world = await newRuledWorld(noon, { spending: { ...spendingDefaults, givenWorthCoinsPerDay: limit } });
  for (const userId of ['ana', 'ben']) await register(world, userId, noon);
});

function grant(change: Partial<GrantCoins> = {}) {
  const usual = { userId: 'ana', coins: 100, reason: 'Outage', grantId: newId(now), caller: 'ops', now };
  return grantCoins(world, { ...usual, ...change });
}

function codes(count: number, coins: number, worthBasisPoints?: number) {
  const gives = { coins, ...(worthBasisPoints !== undefined && { worthBasisPoints }) };
  const until = new Date(now.getTime() + 86_400_000).toISOString();
  return makeCodes(world, { count, gives, until, reason: 'Launch', batchId: newId(now), caller: 'ops', now });
}

async function diamondsFor(userId: string, coins: number): Promise<number> {
  const gift = { giftId: newId(now), senderId: userId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: coins };
  const sent = expectDone(await sendGift(world, { ...gift, context: { type: 'live', id: 'l' } }, now));
  return sent.gift.milliDiamonds;
}

async function givenToday(): Promise<unknown> {
  return (await readItem(world.ledger, givenWorthKey(now.toISOString().slice(0, 10))))?.worthCoins;
}

describe('coins that operators give', () => {
  it('are worth nothing to creators unless it is said, whether by a grant or by a code', async () => {
    nextDay();
    expectDone(await grant());
    expect(await diamondsFor('ana', 100)).toBe(0);
    const [code = ''] = expectDone(await codes(1, 80)).codes;
    expectDone(await redeemCode(world, { userId: 'ana', code, redemptionId: newId(now), now }));
    expect(await diamondsFor('ana', 80)).toBe(0);
    expect(await givenToday()).toBeUndefined();
  });

  it('are worth what is said, and count so much towards the day', async () => {
    nextDay();
    expectDone(await grant({ worthBasisPoints: 10_000 }));
    expect(await diamondsFor('ana', 100)).toBe(50_000);
    const batch = expectDone(await codes(3, 25, 5_000));
    expect(batch.batch.gives).toEqual({ coins: 25, worthBasisPoints: 5_000 });
    expectDone(await redeemCode(world, { userId: 'ana', code: batch.codes[0] ?? '', redemptionId: newId(now), now }));
    expect(await diamondsFor('ana', 25)).toBe(6_250);
    // Half of 75 coins, rounded up, beside the grant.
    expect(await givenToday()).toBe(138);
  });

  it('are never worth more in a day than two operators have agreed on, however many are given at once', async () => {
    nextDay();
    const asked = Array.from({ length: 100 }, (_, number) =>
      patiently((): Promise<unknown> => {
        if (number % 20 > 0) return codes(1, 45, 10_000);
        return grant({ userId: number % 40 > 0 ? 'ana' : 'ben', coins: 45, worthBasisPoints: 10_000 });
      }),
    );
    const outcomes = (await Promise.all(asked)).map(codeOf);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(22);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'grant_limit_reached']));
    expect(await givenToday()).toBe(990);
    const refused = await codes(1, 11, 10_000);
    expect(isRefusal(refused) && [refused.code, refused.facts]).toEqual([
      'grant_limit_reached',
      { limit, left: 10, worthCoins: 11, freeAt: new Date(Date.UTC(2026, 10, 22 + day)).toISOString() },
    ]);
    expectDone(await codes(1, 10, 10_000));
    expectDone(await grant({ coins: 100_000 }));
  });

  it('are refused when they are worth more than a whole day holds, and nothing is given', async () => {
    nextDay();
    const tooMuch = { grantId: newId(now), coins: limit + 1, worthBasisPoints: 10_000 };
    expect(codeOf(await grant(tooMuch))).toBe('grant_limit_reached');
    expect(codeOf(await codes(2, 501, 10_000))).toBe('grant_limit_reached');
    expect(await givenToday()).toBeUndefined();
    // The key was not used.
    expectDone(await grant({ ...tooMuch, coins: limit }));
    expect(codeOf(await grant({ ...tooMuch, coins: limit }))).toBe('done');
    expect(await givenToday()).toBe(limit);
  });

  it('are counted as the audit adds them up, which finds a change by hand', async () => {
    expect(await differences(world)).toEqual([]);
    const Key = givenWorthKey(now.toISOString().slice(0, 10));
    const change = (coins: number) =>
      updateIf(world.ledger, {
        Key,
        UpdateExpression: 'SET worthCoins = worthCoins + :coins',
        ExpressionAttributeValues: { ':coins': coins },
      });
    await change(-400);
    expect(await differences(world)).toEqual([`given ${now.toISOString().slice(0, 10)}: worth in coins -400`]);
    await change(400);
  });

  it('are traced by the audit to each grant and batch, also where line and sum were changed together', async () => {
    nextDay();
    const grantId = newId(now);
    expectDone(await grant({ grantId, coins: 100, worthBasisPoints: 10_000 }));
    const { batchId } = expectDone(await codes(2, 50, 10_000)).batch;
    expect(await differences(world)).toEqual([]);
    const day = now.toISOString().slice(0, 10);
    const lines = [
      { by: 'grant', id: grantId },
      { by: 'codes', id: batchId },
    ] as const;
    const removed = lines.map((line) => ({
      remove: { Key: givenLineKey({ ...line, day }) },
      failure: () => 'failed',
    }));
    await transact(world.ledger, [...removed, { remove: { Key: givenWorthKey(day) }, failure: () => 'failed' }]);
    expect((await differences(world)).toSorted()).toEqual([
      `given_line codes ${batchId} on ${day}: worth in coins -100`,
      `given_line grant ${grantId} on ${day}: worth in coins -100`,
    ]);
  });
});
