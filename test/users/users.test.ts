import { beforeAll, describe, expect, it } from 'vitest';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { getWallet } from '../../shared/users/get-wallet.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { presentUser } from '../../shared/users/present-user.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
let world: World;

beforeAll(async () => {
  world = await newWorld(now);
});

describe('registering a user', () => {
  it('opens a wallet at 0 coins', async () => {
    await putUser(world, { userId: 'new', region: 'US', birthDate: '2000-02-29', now });
    expect(await getWallet(world, { userId: 'new', now })).toEqual({
      userId: 'new',
      coins: 0,
      paidCoins: 0,
      promoCoins: 0,
      owedCoins: 0,
      frozenCoins: 0,
      reservedCoins: 0,
      status: 'active',
      spent: { day: 0, week: 0, month: 0 },
      limits: {},
      platformLimits: {
        day: { coins: 500_000, left: 500_000, startsAgainAt: '2026-11-22T00:00:00.000Z' },
        week: { coins: 2_000_000, left: 2_000_000, startsAgainAt: '2026-11-23T00:00:00.000Z' },
        month: { coins: 6_000_000, left: 6_000_000, startsAgainAt: '2026-12-01T00:00:00.000Z' },
      },
    });
  });

  it('keeps the coins when it comes again, and follows what is known of the user', async () => {
    await fanWith(world, { userId: 'again', coins: 70, now });
    await putUser(world, { userId: 'again', region: 'GB', now });
    const wallet = await walletOf(world, 'again');
    expect(wallet).toMatchObject({ paid: 70, region: 'GB', guards: ['age'] });
    expect(wallet.adultOn).toBeUndefined();
    await putUser(world, { userId: 'again', region: 'GB', birthDate: '1990-01-01', now });
    expect((await walletOf(world, 'again')).guards).toBeUndefined();
  });

  it.each([
    ['US', '2008-11-21', true],
    ['US', '2008-11-22', false],
    ['KR', '2007-11-21', true],
    ['KR', '2007-11-22', false],
  ])('in %s, somebody born on %s may buy and gift: %s', async (region, birthDate, allowed) => {
    await putUser(world, { userId: `${region}-${birthDate}`, region, birthDate, now });
    expect((await walletOf(world, `${region}-${birthDate}`)).guards).toEqual(allowed ? undefined : ['age']);
  });

  it('refuses birth dates of nobody alive and a guardian who is the user', async () => {
    for (const birthDate of ['2026-11-22', '1890-01-01'])
      expect(isRefusal(await putUser(world, { userId: 'x', region: 'US', birthDate, now }))).toBe(true);
    expect(isRefusal(await putUser(world, { userId: 'x', region: 'US', guardian: 'x', now }))).toBe(true);
    expect(isRefusal(await getWallet(world, { userId: 'x', now }))).toBe(true);
  });

  it('takes nobody to agree that a store is told what was used, unless it is said, each time', async () => {
    const person = { userId: 'asked', region: 'US', birthDate: '1990-01-01', now };
    const agreed = async (more: object) => {
      const registered = await putUser(world, { ...person, ...more });
      return isRefusal(registered) ? registered.code : presentUser(registered).refundDataConsent;
    };
    expect(await agreed({})).toBe(false);
    expect(await agreed({ refundDataConsent: true })).toBe(true);
    expect(await agreed({})).toBe(false);
  });

  it('survives twenty registrations of one user at once', async () => {
    const registrations = Array.from({ length: 20 }, () =>
      putUser(world, { userId: 'rush', region: 'US', birthDate: '1990-01-01', now }),
    );
    await Promise.allSettled(registrations);
    expect(await walletOf(world, 'rush')).toMatchObject({ paid: 0, status: 'active' });
  });
});

describe('the statement', () => {
  it('shows gifts in the outbox, credited gifts, recharges and grants once each, newest first, over all pages', async () => {
    await fanWith(world, { userId: 'reader', coins: 50, now });
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    const shared = newId(at(1));
    await grantCoins(world, { userId: 'reader', grantId: shared, coins: 5, reason: 'test', caller: 'op', now: at(1) });
    const context = { type: 'comment', id: 'c1' } as const;
    const gift = { senderId: 'reader', creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context };
    const ids = [shared, ...[2, 3, 4, 5].map((second) => newId(at(second)))];
    for (const [position, giftId] of ids.entries()) await sendGift(world, { ...gift, giftId }, at(position + 1));
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await listWalletEntries(world, { userId: 'reader', page: { limit: 2, before } });
      if (isRefusal(page)) throw new Error(page.code);
      seen.push(...page.entries.map(({ type, entryId }) => `${entryId} ${type}`));
      before = page.nextCursor && Buffer.from(page.nextCursor, 'base64url').toString();
    } while (before);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(seen.filter((line) => line.endsWith('gift'))).toHaveLength(5);
  });
});

describe('granting coins', () => {
  const grant = { userId: 'granted', coins: 10, reason: 'outage', caller: 'op', now };

  it('gives once per key, replays, and refuses the key for another grant', async () => {
    await putUser(world, { userId: 'granted', region: 'US', birthDate: '1990-01-01', now });
    const grantId = newId(now);
    const all = await Promise.all(Array.from({ length: 5 }, () => grantCoins(world, { ...grant, grantId })));
    expect(all.filter((one) => !isRefusal(one) && !one.replayed)).toHaveLength(1);
    expect(await grantCoins(world, { ...grant, grantId, coins: 11 })).toMatchObject({ code: 'idempotency_key_reused' });
    await putUser(world, { userId: 'other', region: 'US', birthDate: '1990-01-01', now });
    expect(await grantCoins(world, { ...grant, userId: 'other', grantId })).toMatchObject({
      code: 'idempotency_key_reused',
    });
    expect(await getWallet(world, { userId: 'granted', now })).toMatchObject({
      coins: 10,
      promoCoins: 10,
      paidCoins: 0,
    });
  });

  it('lets promotional coins expire', async () => {
    const later = new Date('2026-12-22T00:00:00.000Z');
    expect(await getWallet(world, { userId: 'granted', now: later })).toMatchObject({ coins: 0, promoCoins: 0 });
  });
});
