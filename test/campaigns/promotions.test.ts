import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { listPackages } from '../../shared/catalog/list-packages.ts';
import { AuditProgress } from '../../shared/ledger/audit/audit-progress.ts';
import { admitPayment } from '../../shared/recharges/admit-payment.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { campaignBudgetKey, campaignLineKey } from '../../shared/store/campaign-keys.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { readItems } from '../../shared/store/read.ts';
import { countRequests } from '../support/count-requests.ts';
import { type World, walletOf } from '../support/people.ts';
import { creditAndPrune, expire, orderOf, payOrder, refundCoins, tip } from '../support/wallet-rules.ts';
import {
  bonus,
  budgetOf,
  days,
  differences,
  discount,
  expired,
  fan,
  later,
  newCampaigns,
  now,
  ordered,
  withCampaigns,
} from './campaign-world.ts';

function codesOf({ campaigns = [] }: Recharge): string[] {
  return campaigns.map(({ code }) => code);
}

describe('a bonus of a campaign', () => {
  it('is quoted with the order, in place of the own bonus, and comes as a lot with the campaign’s expiry and worth', async () => {
    const world = await newCampaigns(bonus);
    const userId = await fan(world);
    const made = await ordered(world, userId);
    expect(made).toMatchObject({ coins: 1000, bonusCoins: 250, priceMinor: 1299 });
    expect(made.campaigns).toEqual([{ code: 'black_friday', kind: 'bonus', coins: 250, version: '2' }]);
    expect(await budgetOf(world, 'black_friday')).toMatchObject({ takenCoins: 250 });
    await payOrder(world, made, later(5));
    const { promo, paid } = await walletOf(world, userId);
    expect(paid).toBe(1000);
    expect(promo).toEqual([
      {
        lotId: `recharge-${made.rechargeId}`,
        coins: 250,
        expiresAt: later(5 + days(7)).toISOString(),
        worthBasisPoints: 5_000,
      },
    ]);
    expect(await differences(world)).toEqual([]);
  });

  it('stays as it was quoted when the campaign is over, or the budget used up, before it is paid', async () => {
    const world = await newCampaigns({ ...bonus, budgetCoins: 250 });
    const made = await ordered(world, await fan(world));
    const after = await withCampaigns(world, later(1));
    expect(codesOf(await ordered(world, await fan(world)))).toEqual([]);
    await payOrder(after, made, later(5));
    expect((await walletOf(world, made.userId)).promo).toMatchObject([{ coins: 250 }]);
  });

  it('may be a share of the coins, rounded down', async () => {
    const world = await newCampaigns({ ...bonus, bonus: { basisPoints: 3_333 } });
    expect(await ordered(world, await fan(world), { packageId: 'us-app-500' })).toMatchObject({ bonusCoins: 166 });
  });

  it('goes back with its payment, spent coins as a debt; expired ones are not owed', async () => {
    const world = await newCampaigns({ ...bonus, timesPerUser: 2 });
    const userId = await fan(world);
    const [spent, lost] = [await ordered(world, userId), await ordered(world, userId)];
    await payOrder(world, spent, later(1));
    expect(isRefusal(await tip(world, { userId, coins: 100, now: later(2) }))).toBe(false);
    await creditAndPrune(world, userId, later(3));
    await refundCoins(world, { rechargeId: spent.rechargeId, now: later(4) });
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 100 });
    await payOrder(world, lost, later(5));
    await expire(world, later(days(8)));
    await refundCoins(world, { rechargeId: lost.rechargeId, now: later(days(9)) });
    expect(await walletOf(world, userId)).toMatchObject({ paid: 0, owed: 100 });
    expect((await walletOf(world, userId)).promo).toBeUndefined();
    expect(await differences(world)).toEqual([]);
  });

  it('makes as much for the creator as the campaign says', async () => {
    const world = await newCampaigns(bonus);
    const userId = await fan(world);
    await payOrder(world, await ordered(world, userId), later(1));
    expect(await tip(world, { userId, coins: 100, now: later(2) })).toMatchObject({ gift: { milliDiamonds: 25_000 } });
  });
});

describe('who gets it, when and for what', () => {
  let elsewhere: World;
  let versions = 0;

  beforeAll(async () => {
    elsewhere = await newCampaigns();
  });

  it.each([
    ['off', { enabled: false }],
    ['over', { until: now.toISOString() }],
    ['not begun', { from: later(1).toISOString() }],
    ['for another region', { regions: ['GB'] }],
    ['for another channel', { channels: ['web' as const] }],
    ['for another package', { packages: ['us-app-500'] }],
    ['no more than the own bonus', { bonus: { coins: 100 } }],
    ['for users of the last days', { eligibility: { newUserDays: 3 } }],
    ['larger than what is left', { budgetCoins: 249 }],
    ['larger than one user may get', { coinsPerUser: 249 }],
  ])('nobody where it is %s', async (_, change) => {
    versions += 1;
    const world = await withCampaigns(elsewhere, new Date(now.getTime() - 1_000 + versions), { ...bonus, ...change });
    const userId = await fan(world, later(-days(4)));
    expect(await ordered(world, userId)).toMatchObject({ bonusCoins: 100 });
    expect(await budgetOf(world, bonus.code)).toBeUndefined();
  });

  it('only those who have never bought, where it is for first purchases', async () => {
    const world = await newCampaigns({ ...bonus, timesPerUser: 5, eligibility: { firstPurchase: true } });
    const userId = await fan(world);
    const first = await ordered(world, userId);
    expect(codesOf(first)).toEqual([bonus.code]);
    await payOrder(world, first, later(1));
    expect(codesOf(await ordered(world, userId, { at: later(2) }))).toEqual([]);
  });

  it('nobody who buys a custom amount', async () => {
    const world = await newCampaigns(discount);
    const userId = await fan(world);
    const custom = { packageId: 'custom', coins: 700, channel: 'web', provider: 'stripe' } as const;
    expect(await ordered(world, userId, custom)).toMatchObject({ priceMinor: 740 });
  });
});

describe('a discount', () => {
  it('lowers the price, and takes from the budget the coins that it is worth', async () => {
    const world = await newCampaigns(discount);
    const made = await ordered(world, await fan(world), { provider: 'stripe' });
    // 1,039.2 cents are rounded up.
    expect(made).toMatchObject({ priceMinor: 1040, listPriceMinor: 1299, bonusCoins: 100 });
    expect(await budgetOf(world, discount.code)).toMatchObject({ takenCoins: 200 });
    expect(await differences(world)).toEqual([]);
  });

  it('is none at an app store, which sets its own price', async () => {
    const world = await newCampaigns(discount);
    expect(await ordered(world, await fan(world))).toMatchObject({ priceMinor: 1299 });
  });
});

describe('a discount that would leave less than a provider takes', () => {
  it('is left out there, so that the package can still be bought', async () => {
    const world = await newCampaigns({ ...discount, discountBasisPoints: 5_000 });
    const userId = await fan(world);
    const made = await ordered(world, userId, { packageId: 'us-web-70', channel: 'web', provider: 'stripe' });
    expect(made).toMatchObject({ priceMinor: 74, coins: 70 });
    expect(codesOf(made)).toEqual([]);
  });
});

describe('several campaigns', () => {
  it('do not go together: the one that gives more coins does', async () => {
    const world = await newCampaigns(bonus, discount);
    expect(codesOf(await ordered(world, await fan(world), { provider: 'stripe' }))).toEqual(['black_friday']);
    const other = await newCampaigns({ ...bonus, stackable: true }, { ...discount, discountBasisPoints: 3_000 });
    expect(codesOf(await ordered(other, await fan(other), { provider: 'stripe' }))).toEqual(['cyber_monday']);
  });

  it('go together, a bonus and a discount, where both are stackable', async () => {
    const world = await newCampaigns({ ...bonus, stackable: true }, { ...discount, stackable: true });
    const made = await ordered(world, await fan(world), { provider: 'stripe' });
    expect(made).toMatchObject({ priceMinor: 1040, bonusCoins: 250 });
    expect(codesOf(made)).toEqual(['black_friday', 'cyber_monday']);
    expect(await differences(world)).toEqual([]);
  });
});

describe('a budget', () => {
  it('for three is never overspent by a hundred orders at once; the others are sold without it', async () => {
    const world = await newCampaigns({ ...bonus, budgetCoins: 999 });
    const userIds = await Promise.all(Array.from({ length: 100 }, () => fan(world)));
    const made = await Promise.all(userIds.map((userId) => ordered(world, userId)));
    expect(made.filter(({ bonusCoins }) => bonusCoins === 250)).toHaveLength(3);
    expect(made.filter(({ bonusCoins }) => bonusCoins === 100)).toHaveLength(97);
    expect(await budgetOf(world, bonus.code)).toMatchObject({ takenCoins: 750 });
    expect(await differences(world)).toEqual([]);
  });

  it('is taken once by a user who orders five times at once', async () => {
    const world = await newCampaigns(bonus);
    const userId = await fan(world);
    const made = await Promise.all(Array.from({ length: 5 }, () => ordered(world, userId)));
    expect(made.filter(({ bonusCoins }) => bonusCoins === 250)).toHaveLength(1);
    expect(await budgetOf(world, bonus.code)).toMatchObject({ takenCoins: 250 });
  });

  it('is taken once by one request that comes ten times at once', async () => {
    const world = await newCampaigns({ ...bonus, timesPerUser: 20 });
    const userId = await fan(world);
    const rechargeId = '01938e5a-0000-7000-8000-000000000001';
    const made = await Promise.all(Array.from({ length: 10 }, () => ordered(world, userId, { rechargeId })));
    expect(new Set(made.map(({ bonusCoins }) => bonusCoins))).toEqual(new Set([250]));
    expect(await budgetOf(world, bonus.code)).toMatchObject({ takenCoins: 250 });
  });

  it('comes back when the order expires, to the user as well, once', async () => {
    const world = await newCampaigns({ ...bonus, budgetCoins: 250 });
    const made = await ordered(world, await fan(world));
    await expired(world, made);
    expect(await budgetOf(world, bonus.code)).toMatchObject({ takenCoins: 0 });
    await expect(expired(world, made)).rejects.toThrow();
    expect(codesOf(await ordered(world, made.userId))).toEqual([bonus.code]);
    expect(await differences(world)).toEqual([]);
  });
});

describe('an order that is paid after it expired', () => {
  it('has the bonus that it was quoted while the campaign has room for it', async () => {
    const world = await newCampaigns({ ...bonus, budgetCoins: 250 });
    const made = await ordered(world, await fan(world));
    await expired(world, made, { givesBack: false });
    await payOrder(
      await withCampaigns(world, later(21), { ...bonus, budgetCoins: 250, enabled: false }),
      made,
      later(30),
    );
    expect((await walletOf(world, made.userId)).promo).toMatchObject([{ coins: 250, worthBasisPoints: 5_000 }]);
    expect(await budgetOf(world, bonus.code)).toMatchObject({ takenCoins: 250 });
    expect(await differences(world)).toEqual([]);
  });

  it('has the own bonus of its package when others have the rest of the budget', async () => {
    const world = await newCampaigns({ ...bonus, budgetCoins: 250 });
    const made = await ordered(world, await fan(world));
    await expired(world, made, { givesBack: false });
    await ordered(world, await fan(world), { at: later(21) });
    await payOrder(world, made, later(30));
    expect((await walletOf(world, made.userId)).promo).toMatchObject([
      { coins: 100, worthBasisPoints: 10_000, expiresAt: later(30 + days(30)).toISOString() },
    ]);
    expect(await budgetOf(world, bonus.code)).toMatchObject({ takenCoins: 250 });
    expect(await differences(world)).toEqual([]);
  });

  it('cannot get one bonus for several orders by paying all of them late', async () => {
    const world = await newCampaigns(bonus);
    const userId = await fan(world);
    const orders: Recharge[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      orders.push(await ordered(world, userId));
      await expired(world, orders.at(-1) as Recharge, { givesBack: false });
    }
    await Promise.all(orders.map((made) => payOrder(world, made, later(30))));
    const coins = ((await walletOf(world, userId)).promo ?? []).map((lot) => lot.coins);
    expect(coins.toSorted((one, other) => one - other)).toEqual([100, 100, 250]);
    expect(await differences(world)).toEqual([]);
  });

  it('keeps its lower price, and its part of the budget, while somebody may still pay it', async () => {
    const world = await newCampaigns(discount);
    const made = await ordered(world, await fan(world), { provider: 'stripe' });
    await expired(world, made, { givesBack: false });
    expect(await budgetOf(world, discount.code)).toMatchObject({ takenCoins: 200 });
    expect(await differences(world)).toEqual([]);
  });

  it('is not taken the money of when its discount is gone', async () => {
    const world = await newCampaigns({ ...discount, budgetCoins: 200 });
    const [lucky, late] = [await fan(world), await fan(world)];
    const made = await ordered(world, late, { provider: 'stripe' });
    await expired(world, made);
    const taken = await ordered(world, lucky, { provider: 'stripe', at: later(21) });
    expect(await admitPayment(world, made, later(30))).toBe(false);
    expect((await orderOf(world, made.rechargeId)).failure).toBe('campaign_over');
    expect(await admitPayment(world, taken, later(30))).toBe(true);
    expect(await differences(world)).toEqual([]);
  });

  it('takes its part again before the money is taken, where there is room', async () => {
    const world = await newCampaigns({ ...discount, budgetCoins: 200 });
    const made = await ordered(world, await fan(world), { provider: 'stripe' });
    await expired(world, made);
    expect(await admitPayment(world, made, later(30))).toBe(true);
    expect(await budgetOf(world, discount.code)).toMatchObject({ takenCoins: 200 });
    expect(await differences(world)).toEqual([]);
  });
});

describe('the list of packages', () => {
  it('shows a user what would be quoted now, and nobody else', async () => {
    const world = await newCampaigns(
      { ...bonus, packages: ['us-app-500'] },
      { ...discount, packages: ['us-app-1000'] },
    );
    const userId = await fan(world);
    const listed = async (change: object) => {
      const answer = await listPackages(world, { region: 'US', channel: 'app', now, ...change });
      if (isRefusal(answer)) throw new Error(answer.code);
      return answer.packages.filter(({ packageId }) => ['us-app-500', 'us-app-1000'].includes(packageId));
    };
    expect(await listed({ userId })).toMatchObject([
      { bonusCoins: 250, price: { amount: 649 }, campaigns: [{ campaign: 'black_friday', kind: 'bonus' }] },
      { price: { amount: 1040 }, listPrice: { amount: 1299 }, campaigns: [{ campaign: 'cyber_monday' }] },
    ]);
    expect(await listed({ userId, provider: 'apple' })).toMatchObject([
      { bonusCoins: 250 },
      { price: { amount: 1299 } },
    ]);
    expect((await listed({})).every(({ campaigns }) => campaigns === undefined)).toBe(true);
    await ordered(world, userId, { packageId: 'us-app-500' });
    expect(await listed({ userId })).toMatchObject([{ bonusCoins: 0 }, { price: { amount: 1040 } }]);
    expect(await listPackages(world, { region: 'US', channel: 'app', userId: 'nobody', now })).toMatchObject({
      code: 'user_not_found',
    });
  });

  it('asks for what is left of a budget at half of what an order pays, because there is one for everybody', async () => {
    const world = await newCampaigns(bonus);
    const userId = await fan(world);
    await ordered(world, userId);
    const counted = countRequests(world);
    await listPackages(counted.world, { region: 'US', channel: 'app', userId, now });
    // The wallet is one unit, the budget and what the user has of it are a half each.
    expect(counted.requests().readUnits).toBe(2);
  });
});

describe('the audit of campaigns', () => {
  it('leaves an order that is made or given up while it reads, and whose line it may see apart, to the next one', async () => {
    const world = await newCampaigns(bonus);
    const { rechargeId: id, userId } = await ordered(world, await fan(world));
    const keys = [rechargeKey(id), campaignLineKey({ code: bonus.code, userId, id })];
    const items = await readItems(world.ledger, keys);
    expect(items).toHaveLength(2);
    const suspected = (item: Record<string, unknown>, settledBefore: Date) => {
      const progress = new AuditProgress({ startedAt: now.toISOString(), settledBefore: settledBefore.toISOString() });
      progress.judge([[item]]);
      return progress.differences().suspected.filter(({ subject }) => subject.kind === 'campaign_part').length;
    };
    for (const item of items)
      expect([suspected(item, later(days(1))), suspected(item, later(days(2)))]).toEqual([0, 1]);
  });

  it('finds an order whose bonus somebody raised by hand before it was paid', async () => {
    const world = await newCampaigns(bonus);
    const made = await ordered(world, await fan(world));
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: rechargeKey(made.rechargeId),
        UpdateExpression: 'SET bonusCoins = :many',
        ExpressionAttributeValues: { ':many': 100_000 },
      }),
    );
    await payOrder(world, await orderOf(world, made.rechargeId), later(5));
    expect(await differences(world)).toEqual([
      `recharge ${made.rechargeId}: bonus beyond what its campaign gives 99750`,
    ]);
  });

  it('finds a budget, and a line, that somebody changed by hand', async () => {
    const world = await newCampaigns(bonus);
    const made = await ordered(world, await fan(world));
    const { rechargeId: id, userId } = made;
    const { client, name: TableName } = world.ledger;
    await client.send(
      new UpdateCommand({
        TableName,
        Key: campaignBudgetKey(bonus.code),
        UpdateExpression: 'SET takenCoins = :none',
        ExpressionAttributeValues: { ':none': 0 },
      }),
    );
    expect(await differences(world)).toEqual(['campaign black_friday: coins taken -250']);
    await client.send(new DeleteCommand({ TableName, Key: campaignLineKey({ code: bonus.code, userId, id }) }));
    expect((await differences(world)).toSorted()).toEqual([
      `campaign_part black_friday in ${id} of ${userId}: coins -250`,
      `campaign_use black_friday of ${userId}: coins taken 250`,
      `campaign_use black_friday of ${userId}: times 1`,
    ]);
  });
});
