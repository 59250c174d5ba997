import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { allDelivered, deliverFiveTimes, disputeObject, eventAt, permutations } from './claim-events.ts';
import { codeOf, minutesAfter, newFan, openShop, orderOf, purchase, type Shop, sweep, walletOf } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const checkout = {
  type: 'session',
  successUrl: 'https://app.example/thanks',
  cancelUrl: 'https://app.example',
} as const;

type Session = { id: string; expires_at: number; payment_intent: string | null; metadata: Record<string, string> };

async function opened(now = new Date()) {
  const command = purchase(await newFan(shop), { packageId: 'us-web-700', channel: 'web', checkout });
  const ordered = await createRecharge(shop, command, now);
  if (isRefusal(ordered)) throw new Error(ordered.detail);
  return { command, ordered, sessionId: ordered.order.sessionId ?? '' };
}

async function sessionsOf(rechargeId: string): Promise<Session[]> {
  const { sessions } = await look<{ sessions: Session[] }>(shop.stripeUrl, 'checkout_sessions');
  return sessions.filter(({ metadata }) => metadata.rechargeId === rechargeId);
}

async function act(sessionId: string, verb: string): Promise<Session> {
  const session = await steer<Session>(shop.stripeUrl, `checkout_sessions/${sessionId}/${verb}`);
  await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
  return session;
}

describe("a page of Stripe's on which a recharge is paid", () => {
  it('is opened once for a recharge, however often and however parallel it is asked for', async () => {
    const { command, ordered, sessionId } = await opened();
    expect(presentRecharge(ordered.order, ordered.checkout).checkout).toEqual({
      provider: 'stripe',
      sessionId,
      url: `https://checkout.stripe.com/c/pay/${sessionId}`,
    });
    const again = await Promise.all([1, 2, 3].map(() => createRecharge(shop, command, new Date())));
    expect(again).toMatchObject([1, 2, 3].map(() => ({ replayed: true, checkout: ordered.checkout })));
    const [session, ...others] = await sessionsOf(command.rechargeId);
    expect(others).toEqual([]);
    expect(session?.expires_at).toBe(Math.floor(minutesAfter(ordered.order.expiresAt, 31).getTime() / 1000));
    expect(presentRecharge(await orderOf(shop, command.rechargeId)).checkout).toEqual({
      provider: 'stripe',
      sessionId,
    });
  });

  it('is another request than the same recharge without it, and no app store has it', async () => {
    const { command } = await opened();
    const { checkout: _, ...plain } = command;
    expect(codeOf(await createRecharge(shop, plain, new Date()))).toBe('idempotency_key_reused');
    const elsewhere = purchase(await newFan(shop), { provider: 'apple', checkout });
    const { stripe } = shop.providers;
    const providers = { ...shop.providers, ...(stripe && { apple: stripe }) };
    expect(codeOf(await createRecharge({ ...shop, providers }, elsewhere, new Date()))).toBe('malformed_request');
  });

  it('brings the coins once when it is paid, by whichever events', async () => {
    const { command, sessionId } = await opened();
    const { payment_intent } = await act(sessionId, 'pay');
    expect((await walletOf(shop, command.userId)).paid).toBe(700);
    const order = await orderOf(shop, command.rechargeId);
    expect(order).toMatchObject({ state: 'paid', paymentId: payment_intent, sessionId });
    expect(presentRecharge(order).checkout).toEqual({ provider: 'stripe', sessionId, paymentIntentId: payment_intent });
  });

  it('brings the coins when a bank debit arrives days later, and none before', async () => {
    const { command, sessionId } = await opened();
    await act(sessionId, 'pay_later');
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
    await act(sessionId, 'settle');
    expect((await walletOf(shop, command.userId)).paid).toBe(700);
  });

  it('is a failed attempt when the bank debit fails', async () => {
    const { command, sessionId } = await opened();
    await act(sessionId, 'pay_later');
    await act(sessionId, 'fail');
    expect((await orderOf(shop, command.rechargeId)).state).toBe('failed');
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
  });

  it('expires the order when it expires', async () => {
    const { command, sessionId } = await opened();
    await act(sessionId, 'expire');
    const order = await orderOf(shop, command.rechargeId);
    expect(order.state).toBe('expired');
    expect(order.dueAt).toBeUndefined();
  });

  it('is found paid by the sweep when no event comes, even when the bank takes longer than the quote holds', async () => {
    const { command, ordered, sessionId } = await opened();
    await steer(shop.stripeUrl, 'webhooks', { hold: true });
    await steer(shop.stripeUrl, `checkout_sessions/${sessionId}/pay_later`);
    await sweep(shop, minutesAfter(ordered.order.expiresAt, 1));
    expect(await orderOf(shop, command.rechargeId)).toMatchObject({ state: 'pending', dueAt: expect.any(String) });
    await steer(shop.stripeUrl, `checkout_sessions/${sessionId}/settle`);
    await sweep(shop, minutesAfter(ordered.order.expiresAt, 120));
    expect((await walletOf(shop, command.userId)).paid).toBe(700);
    await steer(shop.stripeUrl, 'webhooks/release');
    await expect.poll(() => allDelivered(shop)).toBe(true);
    expect((await walletOf(shop, command.userId)).paid).toBe(700);
  });

  it('comes to the same end whatever comes first: its completion, or disputes that name a payment nobody knew', async () => {
    const start = Math.floor(Date.now() / 1000) - 60;
    for (const order of permutations([0, 1, 2])) {
      const { command, sessionId } = await opened();
      await steer(shop.stripeUrl, 'webhooks', { hold: true });
      const session = await steer<Session>(shop.stripeUrl, `checkout_sessions/${sessionId}/pay`);
      const part = { paymentId: session.payment_intent ?? '', amount: 740 };
      const events = [
        eventAt(start, 'checkout.session.completed', session),
        eventAt(start + 1, 'charge.dispute.created', disputeObject('du_1', 'needs_response', part)),
        eventAt(start + 2, 'charge.dispute.closed', disputeObject('du_1', 'lost', part)),
      ];
      for (const position of order) {
        const event = events[position];
        if (event) await deliverFiveTimes(shop, event);
      }
      const wallet = await walletOf(shop, command.userId);
      expect([wallet.paid, wallet.owed, wallet.frozen ?? 0], order.join()).toEqual([0, 0, 0]);
      expect(presentRecharge(await orderOf(shop, command.rechargeId))).toMatchObject({
        state: 'charged_back',
        takenBack: { coins: 700, owedCoins: 0, frozenCoins: 0, refunded: { amount: 740, currency: 'USD' } },
      });
    }
    await steer(shop.stripeUrl, 'webhooks/release');
  });
});
