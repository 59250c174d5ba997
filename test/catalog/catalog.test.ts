import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { listGifts } from '../../shared/catalog/list-gifts.ts';
import { listPackages } from '../../shared/catalog/list-packages.ts';
import { seedCatalog } from '../../shared/catalog/seed.ts';
import type { Table } from '../../shared/store/table.ts';
import { freshLedger } from '../support/ledger.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
let table: Table;
let ledger: Table;

beforeAll(async () => {
  ({ ledger, catalog: table } = await freshLedger());
});

describe('the catalogue', () => {
  it('lists packages with their price for each coin in currencies of 0 and 2 decimals', async () => {
    const catalog = openCatalog(table);
    expect(await listPackages({ ledger, catalog }, { region: 'US', channel: 'app', now })).toMatchObject({
      version: '1',
      packages: expect.arrayContaining([
        expect.objectContaining({
          packageId: 'us-app-1000',
          price: { amount: 1299, currency: 'USD' },
          pricePerCoin: '0.01299',
        }),
      ]),
    });
    expect(await listPackages({ ledger, catalog }, { region: 'JP', channel: 'app', now })).toMatchObject({
      packages: expect.arrayContaining([
        expect.objectContaining({ coins: 100, price: { amount: 160, currency: 'JPY' }, pricePerCoin: '1.60000' }),
      ]),
    });
    expect(await listPackages({ ledger, catalog }, { region: 'ID', channel: 'app', now })).toMatchObject({
      packages: expect.arrayContaining([expect.objectContaining({ coins: 70, pricePerCoin: '242.85714' })]),
    });
  });

  it('says where nothing is sold', async () => {
    expect(
      await listPackages({ ledger, catalog: openCatalog(table) }, { region: 'AQ', channel: 'app', now }),
    ).toMatchObject({
      code: 'region_not_served',
    });
    expect(
      await listPackages({ ledger, catalog: openCatalog(table) }, { region: 'GB', channel: 'web', now }),
    ).toMatchObject({
      code: 'region_not_served',
    });
  });

  it('lists the gifts of the market grid, the three fixed ones among them, and the tip', async () => {
    const { gifts } = await listGifts(openCatalog(table), { region: 'US', now });
    const price = new Map(gifts.map(({ code, coins }) => [code, coins]));
    expect([price.get('rose'), price.get('luxury_car'), price.get('universe')]).toEqual([1, 2699, 34_999]);
    expect(gifts.find(({ code }) => code === 'tip')?.freeAmount).toEqual({ minimum: 1, maximum: 100_000 });
  });

  it('is seeded once, and a later deployment leaves what operators published', async () => {
    const effectiveAt = '2026-11-22T00:00:00.000Z';
    await putVersion(table, 'rates', {
      version: '2',
      effectiveAt,
      value: { coinsPerDiamond: 4, usdMinorPerDiamond: 1 },
    });
    expect(await seedCatalog(table, { payoutRules: 'strict' })).toEqual({ seeded: [] });
    const catalog = openCatalog(table);
    expect((await catalog.current('rates', now)).version).toBe('1');
    expect((await openCatalog(table).current('rates', new Date(effectiveAt))).version).toBe('2');
  });

  it('is seeded with rules of payouts that ask for little, or for all, as the stage says', async () => {
    const { catalog: strict } = await freshLedger({ payoutRules: 'strict' });
    expect((await openCatalog(strict).current('payouts', now)).value).toMatchObject({
      destinationCoolingOffHours: 72,
      profileMustShow: ['name_match', 'tax_profile'],
    });
    expect((await openCatalog(table).current('payouts', now)).value).toMatchObject({
      destinationCoolingOffHours: 0,
      profileMustShow: [],
    });
  });

  it('reads rules of payouts from before destinations had to wait as ones by which they do', async () => {
    const { catalog: old } = await freshLedger();
    const value = {
      methods: { paypal: { minimumMinor: 100, feeBasisPoints: 150, feeFixedMinor: 10 } },
      dailyMaximumMinor: 100_000,
      weeklyMaximumMinor: 500_000,
      approvalAboveMinor: 50_000,
    };
    const key = { pk: 'CATALOG#payouts', sk: 'FROM#2001-01-01T00:00:00.000Z' };
    const Item = { ...key, version: '2', effectiveAt: '2001-01-01T00:00:00.000Z', value };
    await old.client.send(new PutCommand({ TableName: old.name, Item }));
    expect((await openCatalog(old).current('payouts', now)).value).toEqual({
      ...value,
      regionCaps: {},
      destinationCoolingOffHours: 72,
      profileMustShow: [],
    });
  });

  it('shares one read among many callers and keeps it for half a minute', async () => {
    const catalog = openCatalog(table);
    const versions = await Promise.all(Array.from({ length: 20 }, () => catalog.current('gifts', now)));
    expect(new Set(versions).size).toBe(1);
    await putVersion(table, 'gifts', { version: '9', effectiveAt: now.toISOString(), value: catalogDefaults.gifts });
    expect((await catalog.current('gifts', new Date(now.getTime() + 29_000))).version).toBe('1');
    expect((await catalog.current('gifts', new Date(now.getTime() + 31_000))).version).toBe('9');
  });

  it('has everything on that has a switch by now where no switches were seeded yet', async () => {
    const { catalog: old } = await freshLedger();
    const Key = { pk: 'CATALOG#switches', sk: 'FROM#2000-01-01T00:00:00.000Z' };
    await old.client.send(new DeleteCommand({ TableName: old.name, Key }));
    expect((await openCatalog(old).current('switches', now)).value).toEqual(catalogDefaults.switches);
    expect(await seedCatalog(old, { payoutRules: 'strict' })).toEqual({ seeded: ['switches'] });
  });

  it('takes no version that nothing could be priced or sent by', async () => {
    const publish = (kind: 'gifts' | 'rates' | 'packages', value: unknown) =>
      putVersion(table, kind, { version: 'x', effectiveAt: '2027-01-01T00:00:00.000Z', value: value as never });
    const [rose] = catalogDefaults.gifts.gifts;
    const { regions } = catalogDefaults.packages;
    const bad: [Parameters<typeof publish>[0], unknown][] = [
      ['rates', { coinsPerDiamond: 0, usdMinorPerDiamond: 1 }],
      // It would change what creators have.
      ['rates', { coinsPerDiamond: 2, usdMinorPerDiamond: 2 }],
      ['gifts', { ...catalogDefaults.gifts, gifts: [{ ...rose, regions: [] }] }],
      ['gifts', { ...catalogDefaults.gifts, gifts: [{ ...rose, price: { coins: 0 } }] }],
      ['packages', { ...catalogDefaults.packages, bonusExpiresAfterDays: 1e12 }],
      ['packages', { ...catalogDefaults.packages, regions: { US: { app: { ...regions.US?.app, currency: 'ZZZ' } } } }],
    ];
    for (const [kind, value] of bad) await expect(publish(kind, value), JSON.stringify(value)).rejects.toThrow();
  });
});
