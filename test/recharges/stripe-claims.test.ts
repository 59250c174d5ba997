import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minor } from '../../shared/money/units.ts';
import { toStripeAmount } from '../../shared/providers/provider-amounts.ts';
import { steer } from '../providers/webhook-receiver.ts';
import {
  allDelivered,
  deliverFiveTimes,
  deliverUntilTaken,
  disputeObject,
  endsInEachOrder,
  eventAt,
  openStage,
  refundedCharge,
  refundObject,
  type StripeEvent,
  spend,
  troublesIn,
} from './claim-events.ts';
import { meddledTable } from './meddled-table.ts';
import {
  type Bought,
  buy,
  catalogWith,
  deliver,
  eventOf,
  minutesAfter,
  newFan,
  openShop,
  orderOf,
  paymentsOf,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  sweep,
  walletOf,
} from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
  await openStage(shop);
});
afterAll(() => shop.close());

type Sale = { userId: string; rechargeId: string; paymentId: string };

/** 1,000 coins for 12.99 dollars that are in the wallet. */
async function sold(userId?: string): Promise<Sale> {
  const command = purchase(userId ?? (await newFan(shop)));
  const { paymentId } = await buy(shop, command);
  await steer(shop.stripeUrl, `payment_intents/${paymentId}/pay`);
  await settled();
  return { userId: command.userId, rechargeId: command.rechargeId, paymentId };
}

async function settled(): Promise<void> {
  await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
}

type Named = { id: string };

async function act(path: string, body: object = {}): Promise<Named> {
  const thing = await steer<Named>(shop.stripeUrl, path, body);
  await settled();
  return thing;
}

async function coinsOf(userId: string) {
  const { paid, owed, frozen = 0 } = await walletOf(shop, userId);
  return { paid, owed, frozen };
}

describe('a refund', () => {
  it('of the whole payment takes all coins back', async () => {
    const { userId, paymentId, rechargeId } = await sold();
    await act(`payment_intents/${paymentId}/refund`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect((await orderOf(shop, rechargeId)).back).toMatchObject({ takenCoins: 1000, owedCoins: 0, minor: 1299 });
  });

  it('in several parts takes the coins of each part, rounded down, and at last all of them', async () => {
    const { userId, paymentId } = await sold();
    const left: number[] = [];
    for (const amount of [1, 500, 700, 98]) {
      await act(`payment_intents/${paymentId}/refund`, { amount });
      left.push((await coinsOf(userId)).paid);
    }
    // 1000 × 1, 501, 1201 and 1299 of 1299, rounded down.
    expect(left).toEqual([1000, 1000 - 385, 1000 - 924, 0]);
    expect((await coinsOf(userId)).owed).toBe(0);
  });

  it('that fails later gives the coins back', async () => {
    const { userId, paymentId, rechargeId } = await sold();
    const refund = await act(`payment_intents/${paymentId}/refund`, { amount: 1299 });
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    await act(`refunds/${refund.id}/fail`);
    expect(await coinsOf(userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
    expect((await orderOf(shop, rechargeId)).back).toMatchObject({ takenCoins: 0, owedCoins: 0, minor: 0 });
    await act(`payment_intents/${paymentId}/refund`, { amount: 500 });
    expect(await coinsOf(userId)).toEqual({ paid: 1000 - 384, owed: 0, frozen: 0 });
  });

  it('that takes its time takes the coins at once, and changes nothing more when it arrives', async () => {
    const { userId, paymentId } = await sold();
    const refund = await act(`payment_intents/${paymentId}/refund`, { status: 'pending' });
    expect((await coinsOf(userId)).paid).toBe(0);
    await act(`refunds/${refund.id}/succeed`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });

  it('of coins that were spent leaves a debt: gifting stops, and the next recharge repays it first', async () => {
    const { userId, paymentId } = await sold();
    expect(await spend(shop, userId, 700)).toBe('sent');
    await act(`payment_intents/${paymentId}/refund`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 700, frozen: 0 });
    expect(await spend(shop, userId, 1)).toBe('debt_outstanding');
    await sold(userId);
    expect(await coinsOf(userId)).toEqual({ paid: 300, owed: 0, frozen: 0 });
    expect(await spend(shop, userId, 300)).toBe('sent');
    expect((await coinsOf(userId)).paid).toBe(0);
  });

  it('that fails after its debt was repaid brings the coins that repaid it', async () => {
    const { userId, paymentId } = await sold();
    expect(await spend(shop, userId, 700)).toBe('sent');
    const refund = await act(`payment_intents/${paymentId}/refund`);
    await sold(userId);
    await act(`refunds/${refund.id}/fail`);
    expect(await coinsOf(userId)).toEqual({ paid: 1300, owed: 0, frozen: 0 });
  });

  it('of an earlier purchase touches the coins of the later one only when all earlier ones are spent', async () => {
    const first = await sold();
    await sold(first.userId);
    expect(await spend(shop, first.userId, 1200)).toBe('sent');
    await act(`payment_intents/${first.paymentId}/refund`);
    expect(await coinsOf(first.userId)).toEqual({ paid: 800, owed: 1000, frozen: 0 });
  });

  it('in another currency than the payment is parked', async () => {
    const { paymentId, userId } = await sold();
    const refund = refundObject('re_euro', 'succeeded', { paymentId, amount: 1299, currency: 'eur' });
    const event = eventAt(now(), 'refund.created', refund);
    await deliverUntilTaken(shop, event);
    expect(await eventOf(shop, event.id)).toMatchObject({ outcome: 'parked', reason: 'currency_differs' });
    expect((await coinsOf(userId)).paid).toBe(1000);
  });
});

describe('a dispute', () => {
  it('freezes what is left of the coins, and gives it back when it is won', async () => {
    const { userId, paymentId } = await sold();
    expect(await spend(shop, userId, 400)).toBe('sent');
    const dispute = await act(`payment_intents/${paymentId}/dispute`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 600 });
    expect(await spend(shop, userId, 1)).toBe('insufficient_coins');
    await act(`disputes/${dispute.id}/review`);
    expect((await coinsOf(userId)).frozen).toBe(600);
    await act(`disputes/${dispute.id}/won`);
    expect(await coinsOf(userId)).toEqual({ paid: 600, owed: 0, frozen: 0 });
  });

  it('that is lost takes the frozen coins, and those that were spent are owed', async () => {
    const { userId, paymentId } = await sold();
    expect(await spend(shop, userId, 400)).toBe('sent');
    const dispute = await act(`payment_intents/${paymentId}/dispute`);
    await act(`disputes/${dispute.id}/lost`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 400, frozen: 0 });
    expect(await spend(shop, userId, 1)).toBe('debt_outstanding');
  });

  it('leaves the coins of other purchases alone', async () => {
    const first = await sold();
    const second = await sold(first.userId);
    await act(`payment_intents/${second.paymentId}/dispute`, { amount: 650 });
    expect(await coinsOf(first.userId)).toEqual({ paid: 1500, owed: 0, frozen: 500 });
  });

  it('takes no more than the price together with a refund', async () => {
    const { userId, paymentId, rechargeId } = await sold();
    await act(`payment_intents/${paymentId}/refund`, { amount: 800 });
    const dispute = await act(`payment_intents/${paymentId}/dispute`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 - 615 });
    await act(`disputes/${dispute.id}/lost`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect((await orderOf(shop, rechargeId)).back?.minor).toBe(1299);
  });

  it('that is only suspected is kept, and changes nothing', async () => {
    const { userId, paymentId, rechargeId } = await sold();
    const warning = await act(`payment_intents/${paymentId}/warn`);
    expect((await orderOf(shop, rechargeId)).claims).toMatchObject({ [warning.id]: { kind: 'warning' } });
    expect(await coinsOf(userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
  });
});

describe('what goes back before its payment is known', () => {
  it('is taken when the payment arrives', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    const payment = await payQuietly(shop, paymentId);
    await act(`payment_intents/${paymentId}/refund`, { amount: 500 });
    expect(await coinsOf(command.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    await deliverUntilTaken(shop, eventAt(now(), 'payment_intent.succeeded', payment));
    expect(await coinsOf(command.userId)).toEqual({ paid: 1000 - 384, owed: 0, frozen: 0 });
  });

  it('is taken even when nobody knew yet whose payment it is', async () => {
    const { command, paymentId } = await orderOfUnknownPayment();
    const payment = await payQuietly(shop, paymentId);
    const dispute = await act(`payment_intents/${paymentId}/dispute`);
    await deliverFiveTimes(shop, eventAt(now(), 'payment_intent.succeeded', payment));
    expect(await coinsOf(command.userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 });
    await act(`disputes/${dispute.id}/won`);
    expect(await coinsOf(command.userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
  });
});

describe('claims that were there before the payment, when the function that credits it dies before it has seen to them', () => {
  it('are seen to by the sweep', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    const payment = await payQuietly(shop, paymentId);
    await act(`payment_intents/${paymentId}/refund`, { amount: 500 });
    await creditAndDie(stripeEvent('payment_intent.succeeded', payment));
    expect(await coinsOf(command.userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
    await sweep(shop, minutesAfter(new Date(), 2));
    expect(await coinsOf(command.userId)).toEqual({ paid: 1000 - 384, owed: 0, frozen: 0 });
    expect((await orderOf(shop, command.rechargeId)).dueBucket).toMatch(/^reconciliation-stripe#/);
  });

  it('are seen to though nobody knew whose payment it was, and other claims came meanwhile', async () => {
    const { command, paymentId } = await orderOfUnknownPayment();
    const payment = await payQuietly(shop, paymentId);
    await act(`payment_intents/${paymentId}/dispute`, { amount: 799 });
    await creditAndDie(stripeEvent('payment_intent.succeeded', payment));
    await act(`payment_intents/${paymentId}/refund`, { amount: 500 });
    expect((await coinsOf(command.userId)).frozen).toBe(0);
    await sweep(shop, minutesAfter(new Date(), 2));
    expect(await coinsOf(command.userId)).toEqual({ paid: 0, owed: 0, frozen: 616 });
  });

  it('are seen to though they came while the payment was being credited', async () => {
    const { command, paymentId } = await orderOfUnknownPayment();
    const payment = await payQuietly(shop, paymentId);
    const flaky = meddledTable(shop.ledger);
    flaky.actBeforeNext('TransactWriteItemsCommand', async () => {
      await act(`payment_intents/${paymentId}/dispute`);
      flaky.failNext('TransactWriteItemsCommand', 'before');
    });
    const event = stripeEvent('payment_intent.succeeded', payment);
    expect((await deliver({ ...shop, ledger: flaky.table }, event)).statusCode).toBe(500);
    expect((await deliver(shop, event)).statusCode).toBe(200);
    expect(await coinsOf(command.userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 });
  });

  /** The first transaction credits the payment, the second carries out the claims. */
  async function creditAndDie(event: string): Promise<void> {
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('TransactWriteItemsCommand', 'before', { passing: 1 });
    expect((await deliver({ ...shop, ledger: flaky.table }, event)).statusCode).toBe(500);
  }
});

describe('a claim that was delivered before its payment was known', () => {
  it('counts when it is delivered again', async () => {
    const { command, paymentId } = await orderOfUnknownPayment();
    await payQuietly(shop, paymentId);
    const part = { paymentId, amount: 1299 };
    const event = eventAt(now(), 'charge.dispute.created', disputeObject('du_again', 'needs_response', part));
    await deliverUntilTaken(shop, event);
    await buy(shop, command);
    await deliverUntilTaken(shop, event);
    expect((await orderOf(shop, command.rechargeId)).claims).toMatchObject({ du_again: { state: 'open' } });
    expect(await eventOf(shop, event.id)).toMatchObject({ outcome: 'applied' });
  });
});

/** An order whose request broke off before it had noted the payment that Stripe opened for it. */
async function orderOfUnknownPayment() {
  const command = purchase(await newFan(shop));
  const flaky = meddledTable(shop.ledger);
  // The first transaction puts the order; the second keeps its payment.
  flaky.failNext('TransactWriteItemsCommand', 'before', { passing: 1 });
  await expect(buy({ ...shop, ledger: flaky.table }, command)).rejects.toThrow('broke off');
  const [paymentId = ''] = await paymentsOf(shop, command.rechargeId);
  return { command, paymentId };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

describe('reports in every order, each five times at once', () => {
  const start = now() - 100;

  const part = (bought: Bought, amount: number) => ({ paymentId: bought.paymentId, amount });
  const disputed = (bought: Bought, status: string, id = 'du_1') => disputeObject(id, status, part(bought, 1299));
  const refunded = (bought: Bought, status: string) => refundObject('re_1', status, part(bought, 500));

  it.each<[string, (bought: Bought) => StripeEvent[], { paid: number; owed: number; frozen: number }]>([
    [
      'paid, refunded in part, disputed, won',
      (bought) => [
        eventAt(start + 1, 'refund.created', refunded(bought, 'succeeded')),
        eventAt(start + 2, 'charge.dispute.created', disputed(bought, 'needs_response')),
        eventAt(start + 3, 'charge.dispute.closed', disputed(bought, 'won')),
      ],
      { paid: 1000 - 384, owed: 0, frozen: 0 },
    ],
    [
      'paid, disputed, lost, and the running total of a refund before it',
      (bought) => [
        eventAt(start + 1, 'charge.refunded', refundedCharge(part(bought, 500))),
        eventAt(start + 2, 'charge.dispute.created', disputed(bought, 'needs_response')),
        eventAt(start + 2, 'charge.dispute.closed', disputed(bought, 'lost')),
      ],
      { paid: 0, owed: 0, frozen: 0 },
    ],
    [
      'paid, refunded, and the refund failed',
      (bought) => [
        eventAt(start + 1, 'refund.created', refunded(bought, 'succeeded')),
        eventAt(start + 1, 'charge.refunded', refundedCharge(part(bought, 500))),
        eventAt(start + 9, 'refund.failed', refunded(bought, 'failed')),
      ],
      { paid: 1000, owed: 0, frozen: 0 },
    ],
    [
      'paid, disputed twice, once won and once open',
      (bought) => [
        eventAt(start + 1, 'charge.dispute.created', disputed(bought, 'needs_response')),
        eventAt(start + 2, 'charge.dispute.funds_reinstated', disputed(bought, 'won')),
        eventAt(start + 3, 'charge.dispute.created', disputed(bought, 'needs_response', 'du_2')),
      ],
      { paid: 0, owed: 0, frozen: 1000 },
    ],
  ])('come to the same end: %s', { timeout: 120_000 }, async (_case, eventsOf, expected) => {
    const ends = await endsInEachOrder(
      [0, 1, 2, 3],
      async (order) => {
        const command = purchase(await newFan(shop));
        const bought = await buy(shop, command);
        const payment = await payQuietly(shop, bought.paymentId);
        const events = [eventAt(start, 'payment_intent.succeeded', payment), ...eventsOf(bought)];
        for (const position of order) {
          const event = events[position];
          if (event) await deliverFiveTimes(shop, event);
        }
        return coinsOf(command.userId);
      },
      { atOnce: 2 },
    );
    expect(ends).toEqual([expected]);
  });

  it('come to the same end in each of the 120 orders of five', { timeout: 180_000 }, async () => {
    const ends = await endsInEachOrder([0, 1, 2, 3, 4], async (order) => {
      const command = purchase(await newFan(shop));
      const bought = await buy(shop, command);
      const payment = await payQuietly(shop, bought.paymentId);
      const events = [
        eventAt(start, 'payment_intent.succeeded', payment),
        eventAt(start + 1, 'refund.created', refunded(bought, 'succeeded')),
        eventAt(start + 2, 'charge.dispute.created', disputed(bought, 'needs_response')),
        eventAt(start + 3, 'charge.dispute.closed', disputed(bought, 'won')),
        eventAt(start + 4, 'charge.dispute.closed', disputed(bought, 'lost')),
      ];
      for (const position of order) await deliverUntilTaken(shop, events[position] as StripeEvent);
      return coinsOf(command.userId);
    });
    expect(ends).toEqual([{ paid: 0, owed: 0, frozen: 0 }]);
  });

  it('come to the same end when all of them arrive at once', { timeout: 60_000 }, async () => {
    const command = purchase(await newFan(shop));
    const bought = await buy(shop, command);
    const payment = await payQuietly(shop, bought.paymentId);
    const events = [
      eventAt(start, 'payment_intent.succeeded', payment),
      eventAt(start + 1, 'refund.created', refunded(bought, 'succeeded')),
      eventAt(start + 2, 'charge.dispute.created', disputed(bought, 'needs_response')),
      eventAt(start + 3, 'charge.dispute.closed', disputed(bought, 'lost')),
    ];
    await Promise.all(events.map((event) => deliverFiveTimes(shop, event)));
    expect(await coinsOf(command.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });
});

describe('amounts of currencies with other decimals', () => {
  it.each([
    ['JPY', 1600, 400],
    ['USD', 1299, 325],
    ['KWD', 3990, 1000],
  ] as const)('%s: a part of the price takes that part of the coins', async (currency, priceMinor, refundMinor) => {
    const catalog = await catalogWith(({ regions }) => {
      const packages = [{ packageId: 'package-1', coins: 1000, bonusCoins: 0, priceMinor }];
      regions.US = { app: { currency, taxIncluded: true, packages } };
    });
    const here = { ...shop, catalog };
    const command = purchase(await newFan(shop), { packageId: 'package-1' });
    const { paymentId } = await buy(here, command);
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/pay`);
    await settled();
    expect((await coinsOf(command.userId)).paid).toBe(1000);
    const amount = toStripeAmount({ amountMinor: minor(refundMinor), currency });
    await act(`payment_intents/${paymentId}/refund`, { amount });
    expect((await coinsOf(command.userId)).paid).toBe(1000 - Math.floor((1000 * refundMinor) / priceMinor));
    expect((await orderOf(shop, command.rechargeId)).back?.minor).toBe(refundMinor);
  });
});

describe('the books after all of it', () => {
  it('balance', async () => {
    expect(await troublesIn(shop)).toEqual([]);
  });
});
