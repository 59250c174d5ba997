import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { minor } from '../../shared/money/units.ts';
import { requestWithdrawal } from '../../shared/recharges/request-withdrawal.ts';
import { sweepWithdrawals } from '../../shared/recharges/sweep-withdrawals.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { endsInEachOrder, openStage, spend, troublesIn } from './claim-events.ts';
import {
  allDelivered,
  approve,
  deliverUntilTaken,
  eventOf,
  openPayPalShop,
  ordered,
  type PayPalEvent,
  type PayPalSale,
  type PayPalShop,
  payPalEventOf,
  payPalOf,
} from './paypal-shop.ts';
import { minutesAfter, newFan, orderOf, walletOf } from './shop.ts';

let shop: PayPalShop;

beforeAll(async () => {
  shop = await openPayPalShop();
  await openStage(shop);
});
beforeEach(async () => {
  await steer(shop.payPalUrl, 'webhooks', { hold: false, copies: 1, order: 'sent', delayMs: 0 });
});
afterAll(async () => {
  expect(await troublesIn(shop)).toEqual([]);
  await shop.close();
});

type Sale = PayPalSale & { captureId: string };
type Named = { id: string };

/** 1,000 coins for 12.99 dollars that are in the wallet. */
async function sold(): Promise<Sale> {
  const sale = await ordered(shop);
  await approve(shop, sale);
  await expect.poll(async () => (await orderOf(shop, sale.rechargeId)).state).toBe('paid');
  await settled();
  return { ...sale, captureId: await captureOf(sale) };
}

async function captureOf({ paymentId }: PayPalSale): Promise<string> {
  const { captures } = await payPalOf(shop);
  const captureId = captures.find(({ orderId }) => orderId === paymentId)?.id;
  if (!captureId) throw new Error('nothing was captured');
  return captureId;
}

async function settled(): Promise<void> {
  await expect.poll(() => allDelivered(shop), { timeout: 15_000 }).toBe(true);
}

async function act(path: string, body: object = {}): Promise<Named> {
  const thing = await steer<Named>(shop.payPalUrl, path, body);
  await settled();
  return thing;
}

async function coinsOf(userId: string) {
  const { paid, owed, frozen = 0 } = await walletOf(shop, userId);
  return { paid, owed, frozen };
}

describe('a refund made in the dashboard of PayPal', () => {
  it('takes the coins of each part back, and at last all of them', async () => {
    const { userId, captureId } = await sold();
    const left: number[] = [];
    for (const value of ['5.00', '7.00', '0.99']) {
      await act(`captures/${captureId}/refund`, { value });
      left.push((await coinsOf(userId)).paid);
    }
    // 1000 × 500 and 1200 of 1299, rounded down.
    expect(left).toEqual([1000 - 384, 1000 - 923, 0]);
  });

  it('counts once, however often it is told', async () => {
    await steer(shop.payPalUrl, 'webhooks', { copies: 5 });
    const { userId, captureId } = await sold();
    await act(`captures/${captureId}/refund`, { value: '5.00' });
    expect(await coinsOf(userId)).toEqual({ paid: 616, owed: 0, frozen: 0 });
  });

  it('leaves a debt where the coins were spent', async () => {
    const { userId, captureId } = await sold();
    expect(await spend(shop, userId, 700)).toBe('sent');
    await act(`captures/${captureId}/refund`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 700, frozen: 0 });
    expect(await spend(shop, userId, 1)).toBe('debt_outstanding');
  });

  it('gives the coins back when it fails in the end', async () => {
    const { userId, captureId } = await sold();
    const { id } = await steer<Named>(shop.payPalUrl, `captures/${captureId}/refund`, { pending: true });
    await deliverUntilTaken(shop, eventOf('PAYMENT.CAPTURE.REFUNDED', { id }));
    expect((await coinsOf(userId)).paid).toBe(0);
    await steer(shop.payPalUrl, `refunds/${id}/fail`);
    await deliverUntilTaken(shop, eventOf('PAYMENT.CAPTURE.REFUNDED', { id }));
    expect((await coinsOf(userId)).paid).toBe(1000);
  });

  it('is not believed when PayPal has no such refund', async () => {
    const { userId, captureId } = await sold();
    const links = [{ rel: 'up', href: `https://api.paypal.com/v2/payments/captures/${captureId}` }];
    expect(await shop.deliver(eventOf('PAYMENT.CAPTURE.REFUNDED', { id: 'INVENTED', links }))).toBe(500);
    expect((await coinsOf(userId)).paid).toBe(1000);
  });

  it('that we asked for ourselves is known by our own name of it', async () => {
    const { userId, captureId, rechargeId } = await sold();
    const refundId = `withdrawal-${rechargeId}-1`;
    const part = { captureId, refundId, amountMinor: minor(500), currency: 'USD' } as const;
    const refunds = await Promise.all([1, 2, 3].map(() => shop.orders.refundCapture(part)));
    for (const { claim } of refunds) expect(claim).toMatchObject({ claimId: refundId, state: 'succeeded' });
    await settled();
    expect(Object.keys((await orderOf(shop, rechargeId)).claims ?? {})).toEqual([refundId]);
    expect((await coinsOf(userId)).paid).toBe(616);
  });
});

describe('a dispute at PayPal', () => {
  it.each([
    ['win', { paid: 1000, owed: 0, frozen: 0 }],
    ['cancel', { paid: 1000, owed: 0, frozen: 0 }],
    ['lose', { paid: 0, owed: 0, frozen: 0 }],
  ])('freezes the coins until it ends with a %s', async (end, expected) => {
    const { userId, captureId } = await sold();
    const { id } = await act(`captures/${captureId}/dispute`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 });
    await act(`disputes/${id}/${end}`);
    expect(await coinsOf(userId)).toEqual(expected);
  });

  it('about a part of the payment is about that part of the coins', async () => {
    const { userId, captureId } = await sold();
    const { id } = await act(`captures/${captureId}/dispute`, { value: '5.00' });
    expect(await coinsOf(userId)).toEqual({ paid: 616, owed: 0, frozen: 384 });
    await act(`disputes/${id}/lose`);
    expect(await coinsOf(userId)).toEqual({ paid: 616, owed: 0, frozen: 0 });
  });

  it('that is looked into again freezes the coins again', async () => {
    const { userId, captureId } = await sold();
    const { id } = await act(`captures/${captureId}/dispute`);
    await act(`disputes/${id}/win`);
    await act(`disputes/${id}/review`);
    expect((await coinsOf(userId)).frozen).toBe(1000);
    await act(`disputes/${id}/lose`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });

  it.each([
    ['RESOLVED_WITH_PAYOUT', 1000],
    ['DENIED', 1000],
    ['ACCEPTED', 0],
  ])('that ends with %s leaves %i coins', async (outcome, paid) => {
    const { userId, captureId } = await sold();
    const { id } = await act(`captures/${captureId}/dispute`);
    await act(`disputes/${id}/resolve`, { outcome });
    expect(await coinsOf(userId)).toEqual({ paid, owed: 0, frozen: 0 });
  });

  it('that ends in a way nobody knows is for an operator, and leaves the coins frozen', async () => {
    const { userId, captureId } = await sold();
    const { id } = await act(`captures/${captureId}/dispute`);
    await steer(shop.payPalUrl, `disputes/${id}/resolve`, { outcome: 'SOMETHING_NEW', webhook: false });
    const event = eventOf('CUSTOMER.DISPUTE.RESOLVED', { dispute_id: id, status: 'RESOLVED' });
    await deliverUntilTaken(shop, event);
    expect(await payPalEventOf(shop, event.id)).toMatchObject({ outcome: 'parked', reason: 'dispute_outcome_unknown' });
    expect((await coinsOf(userId)).frozen).toBe(1000);
  });

  it('is not believed to be over before the API says so', async () => {
    const { userId, captureId } = await sold();
    const { id } = await act(`captures/${captureId}/dispute`);
    expect(await shop.deliver(eventOf('CUSTOMER.DISPUTE.RESOLVED', { dispute_id: id, status: 'RESOLVED' }))).toBe(500);
    expect((await coinsOf(userId)).frozen).toBe(1000);
  });
});

describe('a payment that PayPal reverses', () => {
  it('takes all coins back', async () => {
    const { userId, captureId } = await sold();
    await act(`captures/${captureId}/reverse`);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });

  it.each([
    ['reversal', 'dispute'],
    ['dispute', 'reversal'],
  ])('because of a dispute is what the dispute becomes, when the %s is told before the %s', async (first) => {
    const { userId, captureId } = await sold();
    const reverse = async () => act(`captures/${captureId}/reverse`);
    if (first === 'reversal') await reverse();
    const { id } = await act(`captures/${captureId}/dispute`);
    if (first === 'dispute') await reverse();
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 });
    await act(`disputes/${id}/win`);
    expect(await coinsOf(userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
  });

  it('is for an operator when nothing at PayPal confirms it', async () => {
    const { userId, captureId } = await sold();
    const event = eventOf('PAYMENT.CAPTURE.REVERSED', { id: captureId });
    await deliverUntilTaken(shop, event);
    expect(await payPalEventOf(shop, event.id)).toMatchObject({ outcome: 'parked', reason: 'reversal_unconfirmed' });
    expect((await coinsOf(userId)).paid).toBe(1000);
  });
});

/** What happens at PayPal one after the other, and the event that tells of it. */
type Happening = (sale: PayPalSale, disputeId: string) => Promise<PayPalEvent>;
const quiet = { webhook: false };

const happenings = {
  async paid(sale) {
    await approve(shop, sale, quiet);
    return eventOf('CHECKOUT.ORDER.APPROVED', { id: sale.paymentId });
  },
  async refunded(sale) {
    const { id } = await steer<Named>(shop.payPalUrl, `captures/${sale.paymentId}/refund`, { value: '5.00', ...quiet });
    return eventOf('PAYMENT.CAPTURE.REFUNDED', { id });
  },
  async disputed(sale) {
    const { id } = await steer<Named>(shop.payPalUrl, `captures/${sale.paymentId}/dispute`, {
      value: '7.99',
      ...quiet,
    });
    return eventOf('CUSTOMER.DISPUTE.CREATED', { dispute_id: id, status: 'OPEN' });
  },
  won: (_sale, disputeId) => resolved(disputeId, 'win'),
  lost: (_sale, disputeId) => resolved(disputeId, 'lose'),
} satisfies Record<string, Happening>;

async function resolved(disputeId: string, end: string): Promise<PayPalEvent> {
  await steer(shop.payPalUrl, `disputes/${disputeId}/${end}`, quiet);
  return eventOf('CUSTOMER.DISPUTE.RESOLVED', { dispute_id: disputeId, status: 'RESOLVED' });
}

async function take({ rechargeId }: PayPalSale): Promise<void> {
  const found = await (await shop.providers.paypal?.())?.find(await orderOf(shop, rechargeId));
  if (found?.status === 'agreed') await found.take();
}

/** Lets everything up to `last` happen that has not happened yet. */
async function happenUntil(last: number, names: (keyof typeof happenings)[], events: PayPalEvent[], sale: PayPalSale) {
  for (let index = events.length; index <= last; index++) {
    const name = names[index];
    if (!name) return;
    const dispute = events[names.indexOf('disputed')]?.resource as { dispute_id: string } | undefined;
    // Nothing can be refunded or disputed before the money is taken, which whoever asks about the order does.
    if (index === 1) await take(sale);
    events.push(await happenings[name](sale, dispute?.dispute_id ?? ''));
  }
}

describe('all orders in which events can come', () => {
  it.each<[string, (keyof typeof happenings)[], object]>([
    ['a refund and a dispute that is won', ['paid', 'refunded', 'disputed', 'won'], { paid: 616, owed: 0, frozen: 0 }],
    ['a refund and a dispute that is lost', ['paid', 'refunded', 'disputed', 'lost'], { paid: 0, owed: 0, frozen: 0 }],
    ['a dispute that is lost in the end', ['paid', 'disputed', 'won', 'lost'], { paid: 385, owed: 0, frozen: 0 }],
    ['a dispute that is open', ['paid', 'refunded', 'disputed'], { paid: 0, owed: 0, frozen: 616 }],
  ])('end with the same balances: %s', { timeout: 120_000 }, async (_case, names, expected) => {
    const ends = await endsInEachOrder(
      [...names.keys()],
      async (order) => {
        const sale = await ordered(shop);
        const events: PayPalEvent[] = [];
        for (const position of order) {
          await happenUntil(position, names, events, sale);
          const event = events[position];
          if (event) await Promise.all(Array.from({ length: 5 }, () => deliverUntilTaken(shop, event)));
        }
        return coinsOf(sale.userId);
      },
      { atOnce: 2 },
    );
    expect(ends).toEqual([expected]);
  });

  it('end with the same balances in each of the 120 orders of five', { timeout: 240_000 }, async () => {
    const names = ['paid', 'refunded', 'disputed', 'won', 'lost'] as const;
    const ends = await endsInEachOrder([...names.keys()], async (order) => {
      const sale = await ordered(shop);
      const events: PayPalEvent[] = [];
      for (const position of order) {
        await happenUntil(position, [...names], events, sale);
        await deliverUntilTaken(shop, events[position] as PayPalEvent);
      }
      return coinsOf(sale.userId);
    });
    expect(ends).toEqual([{ paid: 0, owed: 0, frozen: 0 }]);
  });

  it('end with the same balances when all of them come at once', { timeout: 60_000 }, async () => {
    const sale = await ordered(shop);
    const events: PayPalEvent[] = [];
    await happenUntil(3, ['paid', 'refunded', 'disputed', 'lost'], events, sale);
    await Promise.all(events.flatMap((event) => [1, 2, 3, 4, 5].map(() => deliverUntilTaken(shop, event))));
    expect(await coinsOf(sale.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });
});

describe('a withdrawal of what was paid through PayPal', () => {
  it('gives the money back once, and the news of the refund adds nothing', async () => {
    const userId = await newFan(shop, 'GB');
    const sale = await ordered(shop, { userId, packageId: 'gb-app-660' });
    await approve(shop, sale);
    await expect.poll(async () => (await walletOf(shop, userId)).paid).toBe(660);
    await steer(shop.payPalUrl, 'faults', { next: 'error_after_effect', method: 'POST', path: '/v2/payments' });
    const withdrawalId = newId(new Date());
    const { rechargeId } = sale;
    const asked = await requestWithdrawal(shop, { withdrawalId, rechargeId }, new Date());
    expect(asked).toMatchObject({ withdrawal: { state: 'requested', amountMinor: 899 } });
    await settled();
    await sweepWithdrawals(shop, { now: minutesAfter(new Date(), 3), remainingMilliseconds: () => 60_000 });
    await settled();
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect(Object.values((await orderOf(shop, rechargeId)).claims ?? {})).toMatchObject([
      { kind: 'refund', state: 'succeeded', amountMinor: 899 },
    ]);
    expect(await shop.orders.getCapture(await captureOf(sale))).toMatchObject({ isGivenBack: true });
  });

  it('is refused when PayPal will not give the money back, and the coins are free again', async () => {
    const userId = await newFan(shop, 'GB');
    const sale = await ordered(shop, { userId, packageId: 'gb-app-660' });
    await approve(shop, sale);
    await expect.poll(async () => (await walletOf(shop, userId)).paid).toBe(660);
    await steer(shop.payPalUrl, `captures/${sale.paymentId}/refund`, { value: '5.00', webhook: false });
    const { rechargeId } = sale;
    const asked = await requestWithdrawal(shop, { withdrawalId: newId(new Date()), rechargeId }, new Date());
    expect(asked).toMatchObject({ withdrawal: { state: 'refused', reason: 'REFUND_AMOUNT_EXCEEDED' } });
    expect(await coinsOf(userId)).toEqual({ paid: 660, owed: 0, frozen: 0 });
  });
});

describe('news of money that something else took through the same account', () => {
  it.each<[string, string, (captureId: string) => object]>([
    ['a reversal', 'PAYMENT.CAPTURE.REVERSED', (id) => ({ id })],
    ['a capture', 'PAYMENT.CAPTURE.COMPLETED', (id) => ({ id })],
  ])('is taken and changes nothing: %s', async (_case, type, resourceOf) => {
    const event = eventOf(type, resourceOf('8MC585209K746392H'));
    expect(await shop.deliver(event)).toBe(200);
    expect(await payPalEventOf(shop, event.id)).toBeUndefined();
  });
});
