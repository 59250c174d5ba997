import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { putUser } from '../../shared/users/put-user.ts';
import {
  buy,
  changeWallet,
  codeOf,
  newFan,
  opened,
  openShop,
  paymentsOf,
  purchase,
  type Shop,
  walletOf,
} from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

describe('what is refused, before anything is stored', () => {
  async function expectRefused(change: Parameters<typeof purchase>[1] & { userId: string }, code: string) {
    const command = purchase(change.userId, change);
    const refused = await createRecharge(shop, command, new Date());
    expect(codeOf(refused)).toBe(code);
    expect(await readItem(shop.ledger, rechargeKey(command.rechargeId))).toBeUndefined();
    expect(await paymentsOf(shop, command.rechargeId)).toEqual([]);
    return refused;
  }

  async function userBorn(userId: string, birthDate: string | undefined): Promise<string> {
    await putUser(shop, { userId, region: 'US', now: new Date(), ...(birthDate !== undefined && { birthDate }) });
    return userId;
  }

  it('refuses a user who is not registered', async () => {
    await expectRefused({ userId: 'nobody' }, 'user_not_found');
  });

  it('refuses a user of unknown age, and one who is too young', async () => {
    await expectRefused({ userId: await userBorn('ageless', undefined) }, 'age_restricted');
    const year = new Date().getUTCFullYear();
    const refused = await expectRefused({ userId: await userBorn('young', `${year - 17}-01-01`) }, 'age_restricted');
    expect(refused).toMatchObject({ facts: { allowedFrom: `${year + 1}-01-01` } });
  });

  it('refuses a frozen wallet', async () => {
    const userId = await newFan(shop);
    await changeWallet(shop, userId, { status: 'frozen' });
    await expectRefused({ userId }, 'wallet_frozen');
  });

  it('refuses a region or channel in which nothing is sold', async () => {
    await expectRefused({ userId: await newFan(shop, 'FR') }, 'region_not_served');
    const inBritain = await newFan(shop, 'GB');
    await expectRefused({ userId: inBritain, channel: 'web', packageId: 'gb-app-65' }, 'region_not_served');
  });

  it('refuses packages that do not exist, and those of another region or channel', async () => {
    const userId = await newFan(shop);
    for (const packageId of ['us-app-1', 'gb-app-65', 'us-web-70', '__proto__', 'constructor'])
      await expectRefused({ userId, packageId }, 'package_not_found');
  });

  it('lets a wallet that owes coins buy some, because that is how the debt is repaid', async () => {
    const userId = await newFan(shop);
    await changeWallet(shop, userId, { owed: 300, guards: ['debt'] });
    opened(await createRecharge(shop, purchase(userId), new Date()));
    expect((await walletOf(shop, userId)).owed).toBe(300);
  });

  it('tells a repeated key apart from a refusal that is to be had for it', async () => {
    const rechargeId = newId(new Date());
    await expectRefused({ userId: 'nobody', rechargeId }, 'user_not_found');
    await buy(shop, purchase(await newFan(shop), { rechargeId }));
    expect(codeOf(await createRecharge(shop, purchase('nobody', { rechargeId }), new Date()))).toBe(
      'idempotency_key_reused',
    );
  });
});
