import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { parseWalletEntry } from '../../shared/store/items/wallet-entry.ts';
import { walletKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { itemBytes } from '../bench/item-size.ts';
import { countRequests } from '../support/count-requests.ts';
import { fanWith, giftEntryOf, type World, walletOf } from '../support/people.ts';
import { edited } from './edit.ts';
import { type Answer, type Office, openOffice } from './operators.ts';

const noon = Date.parse('2026-11-21T12:00:00.000Z');
/** How long before a version takes effect it is published here. */
const leadSeconds = 60;

let office: Office;
let world: World;
/** The clock goes on from test to test: versions take effect in their order. */
let seconds = 0;

const at = (later: number) => new Date(noon + (seconds + later) * 1000).toISOString();

function wait(later: number): void {
  seconds += later;
  office.setClock(noon + seconds * 1000);
}

beforeAll(async () => {
  const functions = ['propose-version', 'decide-proposal', 'list-gifts', 'list-packages'].map(
    (name) => `catalog/${name}`,
  );
  office = await openOffice(
    [...functions, 'gifts/send-gift', 'gifts/get-gift', 'users/put-user', 'earnings/put-creator'],
    at(0),
  );
  const { ledger, catalog: catalogTable } = office.tables;
  world = { ledger, catalogTable, catalog: openCatalog(catalogTable), recipients: openRecipients(ledger) };
  const birthDate = '1995-04-12';
  for (const [userId, region] of [
    ['cyril', 'US'],
    ['bia', 'BR'],
  ])
    await office.call('users/put-user', { parameters: { userId: String(userId) }, body: { region, birthDate } });
  const body = { ownerUserId: 'cyril', region: 'US', giftsEnabled: true };
  await office.call('earnings/put-creator', { parameters: { creatorId: 'cy' }, body });
  for (const userId of ['ana', 'eve']) await fanWith(world, { userId, coins: 1_000, now: office.now() });
});
afterAll(() => vi.useRealTimers());

type Gift = { senderId?: string; gift?: string; unitPrice?: number; type?: string; key?: string };

function send({ senderId = 'ana', gift = 'rose', unitPrice = 1, type = 'live', key }: Gift = {}): Promise<Answer> {
  return office.call('gifts/send-gift', {
    body: { senderId, creatorId: 'cy', gift, quantity: 1, unitPrice, context: { type, id: 'live-1' } },
    key: key ?? newId(office.now()),
  });
}

const codeOf = ({ body }: Answer) => body.code;

async function pricesShown(): Promise<Map<string, number>> {
  const { body } = await office.call('catalog/list-gifts', { query: { region: 'US' } });
  const gifts = body.gifts as unknown as { code: string; coins: number }[];
  return new Map(gifts.map(({ code, coins }) => [code, coins]));
}

describe('a price that changes between display and send', () => {
  it('is refused with the new one, charges nobody, and is shown from the same second on', async () => {
    const shown = (await pricesShown()).get('rose');
    const before = await send({ unitPrice: shown ?? 0 });
    expect(before).toMatchObject({ status: 201, body: { versions: { gifts: '1', rates: '1' } } });
    await office.publish('gifts', { baseVersion: '1', value: edited('gifts', { 'gifts.rose.price.coins': 2 }) });
    wait(leadSeconds - 0.001);
    expect((await send()).status).toBe(201);
    wait(0.001);
    const { paid } = await walletOf(world, 'ana');
    expect(await send()).toMatchObject({ status: 409, body: { code: 'price_changed', unitPrice: 1, price: 2 } });
    expect((await walletOf(world, 'ana')).paid).toBe(paid);
    expect((await pricesShown()).get('rose')).toBe(2);
    expect(await send({ unitPrice: 2 })).toMatchObject({ status: 201, body: { versions: { gifts: '2' } } });
  });
});

describe('a gift that is switched off, out of season, or not for the surface', () => {
  it('is refused from the second of its version or season on, and its replay is answered all the same', async () => {
    const key = newId(office.now());
    expect((await send({ gift: 'heart', unitPrice: 5, key })).status).toBe(201);
    const season = { from: at(leadSeconds + 10), until: at(leadSeconds + 20) };
    const [, , clover] = catalogDefaults.gifts.gifts;
    const value = edited('gifts', {
      'gifts.rose.price.coins': 2,
      'gifts.heart.enabled': false,
      'gifts.clover': { ...clover, ...season },
      'gifts.balloon.surfaces': ['video'],
    });
    await office.publish('gifts', { baseVersion: '2', value });
    wait(leadSeconds);
    expect(codeOf(await send({ gift: 'heart', unitPrice: 5 }))).toBe('gift_unavailable');
    expect(await send({ gift: 'heart', unitPrice: 5, key })).toMatchObject({ status: 200, body: { giftId: key } });
    expect(codeOf(await send({ gift: 'balloon', unitPrice: 20 }))).toBe('gift_unavailable');
    expect((await send({ gift: 'balloon', unitPrice: 20, type: 'video' })).status).toBe(201);
    const sendClover = () => send({ gift: 'clover', unitPrice: 10 });
    wait(9.999);
    expect(codeOf(await sendClover())).toBe('gift_unavailable');
    wait(0.001);
    expect((await sendClover()).status).toBe(201);
    wait(9.999);
    expect((await sendClover()).status).toBe(201);
    wait(0.001);
    expect(codeOf(await sendClover())).toBe('gift_unavailable');
  });
});

describe('a rate that changes while gifts stream', () => {
  it('holds for the gifts that are sent from its second on, each of which keeps the version that fixed its worth', async () => {
    await office.publish('rates', { baseVersion: '1', value: edited('rates', { coinsPerDiamond: 3 }) });
    wait(leadSeconds - 2);
    const gifts: { giftId: string; rates: string; diamonds: string }[] = [];
    for (let sent = 0; sent < 8; sent++) {
      const { body } = await send({ gift: 'tip', unitPrice: 30 });
      gifts.push({
        giftId: String(body.giftId),
        ...(body.versions as unknown as { rates: string }),
        diamonds: String(body.diamonds),
      });
      wait(0.5);
    }
    expect(gifts.map(({ rates, diamonds }) => `${rates}: ${diamonds}`)).toEqual([
      ...Array.from({ length: 4 }, () => '1: 15'),
      ...Array.from({ length: 4 }, () => '2: 10'),
    ]);
    // Credited long after the change, each is worth what it was when it was sent.
    wait(3_600);
    for (const message of packGifts(giftsOf(await walletOf(world, 'ana'))))
      await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, office.now());
    for (const { giftId, rates, diamonds } of gifts) {
      const read = await office.call('gifts/get-gift', { parameters: { userId: 'ana', giftId } });
      expect(read.body).toMatchObject({ state: 'credited', diamonds, versions: { rates } });
    }
    expect((await auditLedger(world.ledger)).differences).toEqual([]);
  });

  it('leaves entries from before versions were kept readable', async () => {
    const [giftId = ''] = Object.keys((await walletOf(world, 'ana')).outbox);
    const { versions: _, ...old } = (await giftEntryOf(world, { userId: 'ana', giftId })) ?? {};
    expect(parseWalletEntry(old)).toMatchObject({ flow: 'gift', entryId: giftId });
    expect(parseWalletEntry(old)).not.toHaveProperty('versions');
  });
});

describe('the wallet with the versions of its gifts', () => {
  it('is below 1 kB with four waiting gifts of a combo and ids that are UUIDs, for version numbers of three digits', async () => {
    const [userId, creatorId, liveId] = ['6f1c', '7a2d', '8b3e'].map(
      (start) => `${start}c2ba-8f7d-4c7e-9a51-1f0d2b3c4e5f`,
    );
    const [sender, creator, live] = [String(userId), String(creatorId), String(liveId)];
    await fanWith(world, { userId: sender, coins: 100_000, now: office.now() });
    await office.call('earnings/put-creator', {
      parameters: { creatorId: creator },
      body: { ownerUserId: 'cyril', region: 'US', giftsEnabled: true },
    });
    const inForce = world.catalog;
    const numbered: World['catalog'] = {
      current: async (kind, now) => ({ ...(await inForce.current(kind, now)), version: '999' }),
    };
    const context = { type: 'live', id: live } as const;
    const gift = { senderId: sender, creatorId: creator, gift: 'luxury_car', quantity: 1, unitPrice: 2_699, context };
    const counted = countRequests({ ...world, catalog: numbered });
    await world.recipients.find(creator, office.now());
    const comboId = newId(office.now());
    for (let sent = 0; sent < 4; sent++)
      await sendGift(counted.world, { ...gift, comboId, giftId: newId(office.now()) }, office.now());
    expect(counted.requests()).toEqual({ requests: 4, writeUnits: 4, readUnits: 0 });
    const item = await readItem(world.ledger, walletKey(sender));
    expect(Object.keys((await walletOf(world, sender)).outbox)).toHaveLength(4);
    expect(itemBytes(item ?? {})).toBeLessThanOrEqual(1_024);
  });
});

describe('the switches of a region', () => {
  const offIn = (what: string, regions: string[]) => ({
    value: edited('switches', { regions: Object.fromEntries(regions.map((region) => [region, { [what]: false }])) }),
  });

  it('stop gifts from there in one request, and cost the others nothing', async () => {
    await fanWith(world, { userId: 'rui', coins: 10, now: office.now() });
    await office.call('users/put-user', {
      parameters: { userId: 'rui' },
      body: { region: 'BR', birthDate: '1995-04-12' },
    });
    const sent = await send({ senderId: 'rui', unitPrice: 2 });
    expect(sent.status).toBe(201);
    await office.publish('switches', { baseVersion: '1', ...offIn('gifts', ['BR', 'IN']) });
    wait(leadSeconds);
    expect(await send({ senderId: 'rui', unitPrice: 2 })).toMatchObject({
      status: 403,
      body: { code: 'switched_off', region: 'BR', switch: 'gifts' },
    });
    const shown = await office.call('catalog/list-gifts', { query: { region: 'BR' } });
    expect(shown.body.gifts).toEqual([]);
    expect((await pricesShown()).size).toBeGreaterThan(20);
    const replay = await send({ senderId: 'rui', unitPrice: 2, key: String(sent.body.giftId) });
    expect(replay.status).toBe(200);
    const counted = countRequests(world);
    const context = { type: 'live', id: 'live-1' } as const;
    const rose = { creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 2, context };
    const command = () => ({ ...rose, giftId: newId(office.now()) });
    await sendGift(world, { ...command(), senderId: 'eve' }, office.now());
    expect(await sendGift(counted.world, { ...command(), senderId: 'eve' }, office.now())).toHaveProperty('gift');
    expect(counted.requests()).toEqual({ requests: 1, writeUnits: 1, readUnits: 0 });
    expect(await sendGift(counted.world, { ...command(), senderId: 'rui' }, office.now())).toMatchObject({
      code: 'switched_off',
    });
    expect(counted.requests().requests).toBe(2);
  });

  it('stop gifts from everywhere but some regions, or from everywhere', async () => {
    const switches = catalogDefaults.switches;
    const nowhere = { default: { ...switches.default, gifts: false } };
    await office.publish('switches', { baseVersion: '2', value: { ...nowhere, regions: { BR: { gifts: true } } } });
    wait(leadSeconds);
    expect((await send({ senderId: 'rui', unitPrice: 2 })).status).toBe(201);
    expect(codeOf(await send({ senderId: 'eve', unitPrice: 2 }))).toBe('switched_off');
    await office.publish('switches', { baseVersion: '3', value: { ...nowhere, regions: {} } });
    wait(leadSeconds);
    expect(codeOf(await send({ senderId: 'rui', unitPrice: 2 }))).toBe('switched_off');
    expect(codeOf(await send({ senderId: 'eve', unitPrice: 2 }))).toBe('switched_off');
  });

  it('stop purchases before any provider is asked', async () => {
    await office.publish('switches', { baseVersion: '4', ...offIn('recharges', ['BR']) });
    wait(leadSeconds);
    const open = vi.fn<() => never>(() => {
      throw new Error('The provider was asked.');
    });
    const stores = { ...world, providers: { stripe: async () => ({ open }) as never } };
    const order = { packageId: 'us-app-100', channel: 'app', provider: 'stripe' } as const;
    const buy = (userId: string) =>
      createRecharge(stores, { ...order, userId, rechargeId: newId(office.now()) }, office.now());
    expect(await buy('bia')).toMatchObject({ code: 'switched_off', facts: { region: 'BR', switch: 'recharges' } });
    expect(open).not.toHaveBeenCalled();
    const listed = (region: string) => office.call('catalog/list-packages', { query: { region, channel: 'app' } });
    expect([codeOf(await listed('BR')), (await listed('US')).status]).toEqual(['switched_off', 200]);
    await expect(buy('ana')).rejects.toThrow('The provider was asked.');
  });
});
