import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAppleAuthority, signAsApple } from '../../infra/local/simulators/apple-authority.ts';
import { createAppleVerifier } from '../../shared/providers/apple-signed-data.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { steer } from '../providers/webhook-receiver.ts';
import {
  type AppleShop,
  appleApp,
  appleEventOf,
  appleOrder,
  buyOnDevice,
  delivered,
  handIn,
  notification,
  notify,
  openAppleShop,
} from './apple-shop.ts';
import { troublesIn } from './claim-events.ts';
import { codeOf, entryOf, minutesAfter, newFan, orderOf, purchase, sweep, walletOf } from './shop.ts';

let shop: AppleShop;

beforeAll(async () => {
  shop = await openAppleShop();
});
afterAll(async () => {
  expect(await troublesIn(shop)).toEqual([]);
  await shop.close();
});

const paidCoins = async (userId: string) => (await walletOf(shop, userId)).paid;

describe('an order for the App Store', () => {
  it('tells the app what to buy, with the order as the token of the purchase, and calls nobody', async () => {
    const userId = await newFan(shop);
    const command = purchase(userId, { provider: 'apple' });
    const ordered = await createRecharge(shop, command, new Date());
    expect(ordered).toMatchObject({
      order: { state: 'pending', provider: 'apple', productId: 'coins.us.app.1000' },
      checkout: { provider: 'apple', productId: 'coins.us.app.1000', appAccountToken: command.rechargeId },
    });
    expect(await createRecharge(shop, command, new Date())).toEqual({ ...ordered, replayed: true });
  });

  it('is sold in the app only', async () => {
    const command = purchase(await newFan(shop), { provider: 'apple', channel: 'web', packageId: 'us-web-70' });
    expect(codeOf(await createRecharge(shop, command, new Date()))).toBe('provider_not_available');
  });

  it('expires without anybody to ask when no receipt comes, and is credited when one comes after that', async () => {
    const order = await appleOrder(shop);
    const { createdAt } = await orderOf(shop, order.rechargeId);
    await sweep(shop, minutesAfter(createdAt, 16));
    expect((await orderOf(shop, order.rechargeId)).state).toBe('expired');
    const { signedTransaction } = await buyOnDevice(shop, order);
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
  });
});

describe('a purchase in the App Store', () => {
  it('is credited when the app hands in what Apple signed, with what was paid for it', async () => {
    const order = await appleOrder(shop);
    const { transactionId, signedTransaction } = await buyOnDevice(shop, order);
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
    expect(await paidCoins(order.userId)).toBe(1000);
    expect(await orderOf(shop, order.rechargeId)).toMatchObject({ state: 'paid', paymentId: transactionId });
    expect(await entryOf(shop, order.command)).toMatchObject({
      amounts: { paidCoins: 1000, appleMinor: 1299 },
      currency: 'USD',
      provider: 'apple',
    });
  });

  it("is credited by Apple's notification alone, and once with the app's receipt before, after and at the same time", async () => {
    const [alone, before, after, together] = [
      await appleOrder(shop),
      await appleOrder(shop),
      await appleOrder(shop),
      await appleOrder(shop),
    ];
    await buyOnDevice(shop, alone, { webhook: true });
    await delivered(shop, 'ONE_TIME_CHARGE');

    const first = await buyOnDevice(shop, before);
    expect(await handIn(shop, before.rechargeId, first.signedTransaction)).toBe('paid');
    expect(await notify(shop, notification(shop, { type: 'ONE_TIME_CHARGE', transaction: first }))).toBe(200);

    const second = await buyOnDevice(shop, after, { webhook: true });
    await delivered(shop, 'ONE_TIME_CHARGE');
    expect(await handIn(shop, after.rechargeId, second.signedTransaction)).toBe('paid');

    const third = await buyOnDevice(shop, together);
    const told = notification(shop, { type: 'ONE_TIME_CHARGE', transaction: third });
    const news = Array.from({ length: 5 }, () => notify(shop, told));
    const receipts = Array.from({ length: 5 }, () => handIn(shop, together.rechargeId, third.signedTransaction));
    expect(await Promise.all(news)).toEqual([200, 200, 200, 200, 200]);
    expect(await Promise.all(receipts)).toEqual(['paid', 'paid', 'paid', 'paid', 'paid']);

    for (const { userId } of [alone, before, after, together]) expect(await paidCoins(userId)).toBe(1000);
  });

  it('is credited to whom it names and to nobody else, whoever hands it in', async () => {
    const [buyer, thief] = [await appleOrder(shop), await appleOrder(shop)];
    const { signedTransaction } = await buyOnDevice(shop, buyer);
    expect(await handIn(shop, thief.rechargeId, signedTransaction)).toBe('receipt_rejected: recharge_differs');
    expect(await handIn(shop, buyer.rechargeId, signedTransaction)).toBe('paid');
    expect(await handIn(shop, thief.rechargeId, signedTransaction)).toBe('receipt_rejected: recharge_differs');
    expect([await paidCoins(buyer.userId), await paidCoins(thief.userId)]).toEqual([1000, 0]);
  });

  it('is found by its token however the device wrote it', async () => {
    const order = await appleOrder(shop);
    const capitals = { ...order, rechargeId: order.rechargeId.toUpperCase() };
    const { signedTransaction } = await buyOnDevice(shop, capitals);
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
  });

  it.each([
    ['USD', 12_990, 1299],
    ['TRY', 39_990, 3999],
    ['JPY', 1_600_000, 1600],
    ['IDR', 199_000_000, 19_900_000],
    ['KWD', 3_995, 3995],
  ])('is credited as quoted at the price of whatever storefront: %s', async (currency, price, minor) => {
    const order = await appleOrder(shop);
    const { signedTransaction } = await buyOnDevice(shop, order, { price, currency });
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
    expect(await paidCoins(order.userId)).toBe(1000);
    expect(await orderOf(shop, order.rechargeId)).toMatchObject({ priceMinor: 1299, paid: { minor, currency } });
    expect(await entryOf(shop, order.command)).toMatchObject({ amounts: { appleMinor: minor }, currency });
  });

  it.each([
    ['USA', 'US'],
    ['JPN', 'JP'],
    ['XKS', 'XK'],
    ['ZZZ', 'ZZZ'],
  ])('is credited whatever store sold it, and the order keeps which: %s', async (storefront, soldIn) => {
    const order = await appleOrder(shop, { storefront: 'US' });
    const { signedTransaction } = await buyOnDevice(shop, order, { storefront });
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
    expect(await orderOf(shop, order.rechargeId)).toMatchObject({ state: 'paid', storefront: 'US', soldIn });
  });

  it.each<[string, object, string]>([
    ['another product', { productId: 'coins.us.app.100' }, 'product_differs'],
    ['several at once', { quantity: 3 }, 'quantity_differs'],
    ['nothing paid', { price: 0 }, 'amount_differs'],
    ['a currency without known decimals', { currency: 'XTS' }, 'currency_unknown'],
  ])('is parked and credits nothing when it is of %s', async (_case, change, reason) => {
    const order = await appleOrder(shop);
    const bought = await buyOnDevice(shop, order, change);
    expect(await handIn(shop, order.rechargeId, bought.signedTransaction)).toBe(`receipt_rejected: ${reason}`);
    expect(await appleEventOf(shop, `transaction-${bought.transactionId}`)).toMatchObject({
      outcome: 'parked',
      reason,
    });
    const uuid = crypto.randomUUID();
    expect(await notify(shop, notification(shop, { type: 'ONE_TIME_CHARGE', transaction: bought, uuid }))).toBe(200);
    expect(await appleEventOf(shop, uuid)).toMatchObject({ outcome: 'parked', reason });
    expect(await paidCoins(order.userId)).toBe(0);
  });

  it('is parked when the order was to be paid elsewhere, and when the order is paid already', async () => {
    const elsewhere = purchase(await newFan(shop));
    await createRecharge(shop, elsewhere, new Date());
    const { rechargeId } = elsewhere;
    const bought = await buyOnDevice(shop, { rechargeId, productId: 'coins.us.app.1000' });
    expect(await handIn(shop, rechargeId, bought.signedTransaction)).toBe('receipt_rejected: provider_differs');

    const order = await appleOrder(shop);
    const [first, second] = [await buyOnDevice(shop, order), await buyOnDevice(shop, order)];
    expect(await handIn(shop, order.rechargeId, first.signedTransaction)).toBe('paid');
    expect(await handIn(shop, order.rechargeId, second.signedTransaction)).toBe('receipt_rejected: payment_differs');
    expect(await paidCoins(order.userId)).toBe(1000);
  });

  it('is parked when nobody knows what it is for', async () => {
    const [nobody, unknown] = [crypto.randomUUID(), crypto.randomUUID()];
    const bought = await buyOnDevice(shop, { productId: 'coins.us.app.1000', rechargeId: crypto.randomUUID() });
    const { appAccountToken: _, ...nameless } = bought;
    await notify(shop, notification(shop, { type: 'ONE_TIME_CHARGE', transaction: nameless, uuid: nobody }));
    await notify(shop, notification(shop, { type: 'ONE_TIME_CHARGE', transaction: bought, uuid: unknown }));
    expect(await appleEventOf(shop, nobody)).toMatchObject({ outcome: 'parked', reason: 'payment_unknown' });
    expect(await appleEventOf(shop, unknown)).toMatchObject({ outcome: 'parked', reason: 'recharge_unknown' });
  });

  it('is found at Apple by its id, once it has one', async () => {
    const order = await appleOrder(shop);
    const { transactionId } = await buyOnDevice(shop, order);
    const provider = await shop.providers.apple?.();
    const stored = await orderOf(shop, order.rechargeId);
    expect(await provider?.find(stored)).toBeUndefined();
    expect(await provider?.find({ ...stored, paymentId: transactionId })).toMatchObject({
      paymentId: transactionId,
      status: 'succeeded',
      rechargeId: order.rechargeId,
    });
  });
});

describe('other notifications', () => {
  it('are answered and leave nothing: tests, declined refunds, subscriptions and other products', async () => {
    await steer(shop.appleUrl, 'test');
    const order = await appleOrder(shop);
    const { transactionId } = await buyOnDevice(shop, order);
    await steer(shop.appleUrl, `transactions/${transactionId}/decline`);
    await buyOnDevice(shop, order, { type: 'Auto-Renewable Subscription', webhook: true });
    for (const type of ['TEST', 'REFUND_DECLINED', 'ONE_TIME_CHARGE'])
      for (const eventId of (await delivered(shop, type)).slice(-1))
        expect(await appleEventOf(shop, eventId), type).toBeUndefined();
    expect((await orderOf(shop, order.rechargeId)).state).toBe('pending');
  });
});

describe('what Apple did not sign for this app and environment', () => {
  const day = 86_400_000;
  const daysAgo = (days: number) => new Date(Date.now() - days * day);
  const transaction = (change: object = {}) => ({
    transactionId: '2000000000000001',
    bundleId: appleApp.bundleId,
    environment: 'Sandbox',
    productId: 'coins.us.app.1000',
    type: 'Consumable',
    quantity: 1,
    price: 12_990,
    currency: 'USD',
    signedDate: Date.now(),
    ...change,
  });
  const tampered = (signed: string) => {
    const [header = '', payload = '', signature = ''] = signed.split('.');
    const changed = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return [header, Buffer.from(JSON.stringify({ ...changed, quantity: 2 })).toString('base64url'), signature].join(
      '.',
    );
  };
  const grafted = () => {
    const foreign = createAppleAuthority();
    const [leaf, intermediate] = foreign.chain;
    return signAsApple({ ...foreign, chain: [leaf, intermediate, shop.authority.chain[2]] }, transaction());
  };
  const unsigned = () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', x5c: shop.authority.chain })}.${part(transaction())}.AA`;
  };
  const expired = { validFrom: daysAgo(60), validTo: daysAgo(30) };

  it.each<[string, string, () => string]>([
    ['is signed by a foreign authority', 'bad_signature', () => signAsApple(createAppleAuthority(), transaction())],
    ['shows our root above a foreign chain', 'bad_signature', grafted],
    [
      'is signed by a certificate for something else',
      'bad_signature',
      () => signAsApple(createAppleAuthority({ isForReceipts: false }), transaction()),
    ],
    ['is not signed at all', 'bad_signature', unsigned],
    ['was changed after it was signed', 'bad_signature', () => tampered(signAsApple(shop.authority, transaction()))],
    ['is of another app', 'other_recipient', () => signAsApple(shop.authority, transaction({ bundleId: 'app.other' }))],
    [
      'is of the other environment',
      'other_recipient',
      () => signAsApple(shop.authority, transaction({ environment: 'Production' })),
    ],
    [
      'is of a test in Xcode',
      'other_recipient',
      () => signAsApple(shop.authority, transaction({ environment: 'Xcode' })),
    ],
    ['lacks what a purchase has', 'malformed', () => signAsApple(shop.authority, transaction({ price: undefined }))],
    [
      'is a subscription',
      'product_differs',
      () => signAsApple(shop.authority, transaction({ type: 'Auto-Renewable Subscription' })),
    ],
  ])('is refused when it %s', async (_case, reason, make) => {
    const { rechargeId, userId } = await appleOrder(shop);
    expect(await handIn(shop, rechargeId, make())).toBe(`receipt_rejected: ${reason}`);
    expect(await paidCoins(userId)).toBe(0);
  });

  it('is refused when its certificates had expired as it was signed', async () => {
    const authority = createAppleAuthority(expired);
    const rootCertificates = authority.chain[2];
    const verifier = createAppleVerifier({ ...appleApp, rootCertificates, environment: 'Sandbox' });
    const late = { ...shop, apple: { ...shop.apple, verifier } };
    const { rechargeId } = await appleOrder(shop);
    const receipt = (signedDate: Date) =>
      signAsApple(authority, transaction({ appAccountToken: rechargeId, signedDate: signedDate.getTime() }));
    expect(await handIn(late, rechargeId, receipt(new Date()))).toBe('receipt_rejected: bad_signature');
    expect(await handIn(late, rechargeId, receipt(daysAgo(45)))).toBe('paid');
  });

  it('is refused by the webhook, inside and out, and stores nothing', async () => {
    const foreign = createAppleAuthority();
    const uuid = crypto.randomUUID();
    const forged = notification(shop, {
      type: 'ONE_TIME_CHARGE',
      transaction: transaction(),
      authority: foreign,
      uuid,
    });
    const elsewhere = notification(shop, { type: 'TEST', data: { bundleId: 'app.other' }, uuid });
    const real = notification(shop, { type: 'TEST', data: { environment: 'Production' }, uuid });
    const inner = signAsApple(foreign, transaction());
    const forgedInside = notification(shop, { type: 'REFUND', data: { signedTransactionInfo: inner }, uuid });
    for (const body of [forged, elsewhere, real, forgedInside, '{"signedPayload":"a.b.c"}', '{}', 'paid!'])
      expect(await notify(shop, body)).toBe(400);
    expect(await appleEventOf(shop, uuid)).toBeUndefined();
  });

  it('is refused in production when it comes from the sandbox, or from another app with the same name', async () => {
    const production = await openAppleShop('Production');
    const order = await appleOrder(production);
    const sandbox = await buyOnDevice(production, order, { environment: 'Sandbox' });
    expect(await handIn(production, order.rechargeId, sandbox.signedTransaction)).toBe(
      'receipt_rejected: other_recipient',
    );
    const told = (data: object) => notification(production, { type: 'TEST', data });
    expect(await notify(production, told({ environment: 'Sandbox' }))).toBe(400);
    expect(await notify(production, told({ environment: 'Production', appAppleId: 1 }))).toBe(400);
    expect(await notify(production, told({ environment: 'Production' }))).toBe(200);
    const real = await buyOnDevice(production, order);
    expect(await handIn(production, order.rechargeId, real.signedTransaction)).toBe('paid');
    await production.close();
  });
});
