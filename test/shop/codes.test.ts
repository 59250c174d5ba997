import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { newId } from '../../shared/identifiers.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { listBatches, type MakeCodes, makeCodes, revokeBatch } from '../../shared/shop/code-batches.ts';
import { hashOfCode } from '../../shared/shop/code-text.ts';
import { listEntitlements } from '../../shared/shop/entitlements.ts';
import { redeemCode } from '../../shared/shop/redeem-code.ts';
import { CodeBatchBody } from '../../shared/shop/schemas.ts';
import { codeKey } from '../../shared/store/shop-keys.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { patiently } from '../support/patiently.ts';
import { register, type World, walletOf } from '../support/people.ts';
import { codeOf, days, differences, expectDone, later, newShop, now } from './shop-world.ts';

let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newShop();
});

async function fan(): Promise<string> {
  fans += 1;
  const userId = `redeemer-${fans}`;
  await register(world, userId, now);
  return userId;
}

function batch(change: Partial<MakeCodes> = {}): MakeCodes {
  const until = later(days(10)).toISOString();
  const made = { count: 1, gives: { coins: 40 }, until, reason: 'Launch', batchId: newId(now), caller: 'ops', now };
  return { ...made, ...change };
}

async function code(change: Partial<MakeCodes> = {}): Promise<string> {
  const [one] = expectDone(await makeCodes(world, batch(change))).codes;
  if (one === undefined) throw new Error('There is no code.');
  return one;
}

function redeem(userId: string, text: string, { at = now, redemptionId = newId(at) } = {}) {
  return redeemCode(world, { userId, code: text, redemptionId, now: at });
}

function reasonOf(result: unknown): unknown {
  return isRefusal(result) ? (result as Refusal).facts.reason : 'done';
}

describe('making codes', () => {
  it('gives no more coins by one code than one grant may', () => {
    const body = (coins: number) => ({
      count: 1,
      gives: { coins },
      until: later(days(10)).toISOString(),
      reason: 'Launch',
    });
    expect(z.safeParse(CodeBatchBody, body(100_000)).success).toBe(true);
    expect(z.safeParse(CodeBatchBody, body(100_001)).success).toBe(false);
  });
});

describe('redeeming a code', () => {
  it('gives promotional coins that expire, with a line in the statement', async () => {
    const userId = await fan();
    const text = await code();
    expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    const { entry, walletCoins } = expectDone(await redeem(userId, text));
    expect(walletCoins).toBe(40);
    expect(await walletOf(world, userId)).toMatchObject({
      guards: ['promo'],
      promo: [{ lotId: `code-${entry.entryId}`, coins: 40, expiresAt: later(days(30)).toISOString() }],
    });
    const { entries } = expectDone(await listWalletEntries(world, { userId, page: { limit: 5, before: undefined } }));
    expect(entries).toMatchObject([{ type: 'redemption', coins: 40 }]);
  });

  it('gives something of the catalogue', async () => {
    const userId = await fan();
    expectDone(await redeem(userId, await code({ gives: { item: 'filter_aurora' } })));
    expect(expectDone(await listEntitlements(world.ledger, { userId, now })).entitlements).toMatchObject([
      { item: 'filter_aurora', heldUntil: later(days(30)).toISOString() },
    ]);
  });

  it('reads it however it is typed', async () => {
    const text = await code();
    const typed = text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expectDone(await redeem(await fan(), typed));
  });

  it.each([
    ['coins', { coins: 40 }],
    ['a thing for good', { item: 'sticker_sunny_day' }],
  ] as const)('gives %s once when the same key comes ten times at once, and is answered so later', async (_, gives) => {
    const userId = await fan();
    const text = await code({ gives });
    const redemptionId = newId(now);
    const results = await Promise.all(
      Array.from({ length: 10 }, () => patiently(() => redeem(userId, text, { redemptionId }))),
    );
    expect(results.map(expectDone).filter(({ replayed }) => !replayed)).toHaveLength(1);
    await setWalletStatus(world.ledger, { userId, status: 'frozen', reason: 'test', caller: 'ops', now });
    expect(expectDone(await redeem(userId, text, { redemptionId, at: later(days(20)) })).replayed).toBe(true);
    expect(codeOf(await redeem(userId, await code(), { redemptionId }))).toBe('idempotency_key_reused');
    expect(codeOf(await redeem(userId, await code()))).toBe('wallet_frozen');
  });

  it('gives to one of a hundred who try it at once', async () => {
    const text = await code();
    const userIds = await Promise.all(Array.from({ length: 100 }, fan));
    const results = await Promise.all(
      userIds.map((userId) => {
        const redemptionId = newId(now);
        return patiently(() => redeem(userId, text, { redemptionId }));
      }),
    );
    expect(results.filter((result) => !isRefusal(result))).toHaveLength(1);
    expect(results.filter((result) => reasonOf(result) === 'redeemed')).toHaveLength(99);
  });

  it('is refused a second time, after its time, before it, and once its batch is revoked', async () => {
    const userId = await fan();
    const text = await code();
    expectDone(await redeem(userId, text));
    expect(reasonOf(await redeem(userId, text))).toBe('redeemed');
    expect(reasonOf(await redeem(await fan(), text))).toBe('redeemed');
    expect(reasonOf(await redeem(userId, await code(), { at: later(days(10)) }))).toBe('expired');
    expect(reasonOf(await redeem(userId, await code({ from: later(5).toISOString() })))).toBe('not_yet');
    const revoked = batch();
    const [bad = ''] = expectDone(await makeCodes(world, revoked)).codes;
    const revocation = { batchId: revoked.batchId, reason: 'Leaked', caller: 'eve', now: later(1) };
    expect(expectDone(await revokeBatch(world.ledger, revocation))).toMatchObject({
      revokedAt: later(1).toISOString(),
      revokedBy: 'eve',
      revokedFor: 'Leaked',
    });
    expect(reasonOf(await redeem(userId, bad))).toBe('revoked');
    expect((await walletOf(world, userId)).promo).toHaveLength(1);
  });

  it('answers for a code of somebody else as for one that does not exist', async () => {
    const owner = await fan();
    const text = await code({ userId: owner });
    const foreign = await redeem(await fan(), text);
    const unknown = await redeem(await fan(), 'AAAAA-AAAAA-AAAAA-AAAAA');
    expect(foreign).toEqual(unknown);
    expect(codeOf(unknown)).toBe('code_not_found');
    expectDone(await redeem(owner, text));
  });
});

describe('guessing codes', () => {
  it('ends after ten attempts in vain in an hour, however many come at once', async () => {
    const userId = await fan();
    const results = await Promise.all(
      Array.from({ length: 40 }, () => patiently(() => redeem(userId, 'AAAAA-AAAAA-AAAAA-AAAAA'))),
    );
    const looked = results.filter((result) => codeOf(result) === 'code_not_found').length;
    expect(looked).toBeGreaterThan(0);
    expect(looked).toBeLessThanOrEqual(10);
    expect(codeOf(await redeem(userId, await code()))).toBe('too_many_attempts');
    expectDone(await redeem(userId, await code(), { at: later(60) }));
  });

  it('does not count codes that were good', async () => {
    const userId = await fan();
    const { codes } = expectDone(await makeCodes(world, batch({ count: 15 })));
    for (const text of codes) expectDone(await redeem(userId, text));
    expect((await walletOf(world, userId)).promo).toHaveLength(15);
  });
});

describe('a batch of codes', () => {
  it('tells its codes once, and keeps nothing but their hashes', async () => {
    const command = batch({ count: 120 });
    const { codes } = expectDone(await makeCodes(world, command));
    expect(new Set(codes).size).toBe(120);
    expect(expectDone(await makeCodes(world, command))).toMatchObject({ codes: [], replayed: true });
    expect(codeOf(await makeCodes(world, { ...command, count: 1 }))).toBe('idempotency_key_reused');
    expect(codeOf(await makeCodes(world, { ...command, from: later(5).toISOString() }))).toBe('idempotency_key_reused');
    const { Items = [] } = await world.ledger.client.send(new ScanCommand({ TableName: world.ledger.name }));
    const stored = JSON.stringify(Items);
    expect(stored).toContain(hashOfCode(codes[0] ?? ''));
    for (const text of codes) expect(stored).not.toContain(text);
  });

  it('is listed with who made it and why, the latest first', async () => {
    const command = batch({ now: later(3), batchId: newId(later(3)), reason: 'For the press' });
    expectDone(await makeCodes(world, command));
    const [latest] = await listBatches(world.ledger, { limit: 2, before: undefined });
    expect(latest).toMatchObject({ batchId: command.batchId, madeBy: 'ops', reason: 'For the press', count: 1 });
    const next = await listBatches(world.ledger, { limit: 1, before: command.batchId });
    expect(next.map(({ batchId }) => batchId)).not.toContain(command.batchId);
  });

  it('is not made for a time that is over, nor for what is not sold', async () => {
    expect(codeOf(await makeCodes(world, batch({ until: now.toISOString() })))).toBe('malformed_request');
    expect(codeOf(await makeCodes(world, batch({ gives: { item: 'moon' } })))).toBe('item_not_found');
  });
});

describe('the audit of codes', () => {
  it('is clean after all of them', async () => {
    expect(await differences(world)).toEqual([]);
  });

  it('finds a code that was made good again by hand', async () => {
    const userId = await fan();
    const text = await code();
    const { entry } = expectDone(await redeem(userId, text));
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: codeKey(hashOfCode(text)),
        UpdateExpression: 'REMOVE redeemed',
      }),
    );
    expect((await differences(world)).toSorted()).toEqual([
      `code ${entry.codeHash}: coins given -40`,
      `code ${entry.codeHash}: times redeemed -1`,
    ]);
  });
});
