import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectBooksReport } from '../../infra/local/simulators/stripe-connect-books.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { decideParkedEvent } from '../../shared/operations/parked-events.ts';
import { replayPayoutEvents } from '../../shared/payouts/replay-payout-events.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectSecrets } from '../providers/connect-desk.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import {
  type BankDesk,
  bankProfile,
  deliverEvent,
  nextBankCreator,
  openBankDesk,
  payoutAtBank,
  readStripeEvent,
  requestedAtBank,
  sendToBank,
  sweepAt,
} from '../support/banks.ts';
import { failingTable } from '../support/failing-table.ts';
import {
  ask,
  auditFindings,
  balancesOf,
  credit,
  move,
  payoutOf,
  publishRules,
  putProfile,
  readCreator,
  readPayout,
  submittedPayout,
} from '../support/payouts.ts';

let desk: BankDesk;
let cashBefore: Awaited<ReturnType<typeof cashAtProviders>>;
beforeAll(async () => {
  desk = await openBankDesk();
  cashBefore = await cashAtProviders();
});
beforeEach(async () => {
  await steer(desk.stripe.url, 'faults/clear');
  await steer(desk.stripe.url, 'webhooks', { hold: false, copies: 1, order: 'sent', delayMs: 0 });
  await nextBankCreator(desk);
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  expect(await cashAtProviders()).toEqual(await expectedCash());
  await desk.close();
});

const back = { available: 1400, maturing: 0, held: 0, paidOut: 0 };
const gone = { available: 0, maturing: 0, held: 0, paidOut: 1400 };
const held = { available: 0, maturing: 0, held: 1400, paidOut: 0 };
const aDay = 86_400_000;

function stateOf(payoutId: string): Promise<string> {
  return readPayout(desk, payoutId).then(({ state }) => state);
}

/** What the bank, or Stripe, does with a payout; its events are on their way when this returns. */
function atBank(payoutId: string, does: 'send' | 'pay' | 'fail' | 'cancel'): Promise<unknown> {
  return desk.stripe.steer(`payouts/${payoutId}/${does}`);
}

/** Stripe's books and ours agree about where the money is. */
async function expectEnding(payoutId: string, state: 'paid' | 'returned' | 'failed'): Promise<void> {
  await expect.poll(() => stateOf(payoutId), { timeout: 15_000 }).toBe(state);
  expect(await balancesOf(desk)).toEqual(state === 'paid' ? gone : back);
  expect(await desk.stripe.booksOf(payoutId)).toMatchObject({
    sentMinor: 1110,
    transfers: 1,
    backMinor: state === 'paid' ? 0 : 1110,
    atBankMinor: state === 'paid' ? 1110 : 0,
  });
  const { payoutUse } = await readCreator(desk);
  expect(payoutUse?.dayMinor).toBe(state === 'paid' ? 1400 : 0);
}

describe('a payout to a bank', () => {
  it('costs a fixed fee and is worth at least its minimum', async () => {
    await credit(desk, { coins: 1798 });
    expect(await ask(desk)).toMatchObject({ facts: { reason: 'below_minimum' } });
    await credit(desk, { coins: 1002 });
    expect(await payoutOf(desk)).toMatchObject({ method: 'bank', grossMinor: 1400, feeMinor: 290, netMinor: 1110 });
  });

  it('is submitted under the transfer, and paid when Stripe says so', async () => {
    const { payoutId, providerBatchId } = await payoutAtBank(desk);
    expect(providerBatchId).toMatch(/^tr_/);
    expect(await balancesOf(desk)).toEqual(held);
    await atBank(payoutId, 'send');
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
    expect(await readPayout(desk, payoutId)).toMatchObject({
      providerItemId: providerBatchId,
      providerState: 'SUCCESS',
    });
  });

  it.each(['fail', 'cancel'] as const)(
    'gives the diamonds back when it ends in %s, after its transfer',
    async (does) => {
      const { payoutId } = await payoutAtBank(desk);
      await atBank(payoutId, does);
      await expectEnding(payoutId, 'returned');
      expect(await readPayout(desk, payoutId)).toMatchObject({
        reason: {
          code: 'provider_returned',
          sentence: `The money came back from Stripe (${does === 'fail' ? 'account_closed' : 'canceled'}).`,
        },
      });
    },
  );

  it('gives the diamonds back when the bank sends back what was paid', async () => {
    const { payoutId } = await payoutAtBank(desk);
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
    await atBank(payoutId, 'fail');
    await expectEnding(payoutId, 'returned');
    expect(await desk.stripe.booksOf(payoutId)).toMatchObject({ timesPaid: 1, timesBack: 1 });
  });

  it('fails when Stripe makes no payout of its transfer, which is taken back first', async () => {
    await desk.stripe.steer('banks', { refuseNext: { code: 'bank_account_unusable' } });
    const { payoutId } = await requestedAtBank(desk);
    await sendToBank(desk, [payoutId]);
    await expectEnding(payoutId, 'failed');
    expect(await readPayout(desk, payoutId)).toMatchObject({ reason: { code: 'provider_failed' } });
  });

  it('fails without any transfer when the account cannot be paid', async () => {
    await desk.stripe.steer('accounts', { id: desk.accountId, payoutsEnabled: false });
    const { payoutId } = await requestedAtBank(desk);
    await sendToBank(desk, [payoutId]);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'failed', reason: { code: 'provider_refused' } });
    expect(await balancesOf(desk)).toEqual(back);
    expect(await desk.stripe.booksOf(payoutId)).toBeUndefined();
  });

  it('goes out in one go with payouts of other methods', async () => {
    const { payoutId } = await requestedAtBank(desk);
    const bankCreator = desk.creatorId;
    await nextBankCreator(desk);
    await putProfile(desk, { method: 'paypal', destination: { type: 'email', value: 'dee@example.com' } });
    await credit(desk, { coins: 2800 });
    const other = await payoutOf(desk);
    await sendToBank(desk, [payoutId, other.payoutId]);
    expect(await readPayout(desk, other.payoutId)).toMatchObject({ state: 'submitted', method: 'paypal' });
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted', method: 'bank' });
    desk.creatorId = bankCreator;
    expect(await balancesOf(desk)).toEqual(held);
  });
});

describe('a payout to a bank whose sending breaks off', () => {
  const lost = [
    { path: '/v1/transfers', next: 'timeout' },
    { path: '/v1/transfers', next: 'timeout_after_effect' },
    { path: '/v1/transfers', next: 'error_after_effect' },
    { path: '/v1/payouts', next: 'timeout' },
    { path: '/v1/payouts', next: 'timeout_after_effect' },
    { path: '/v1/payouts', next: 'error_500' },
  ];

  it.each(lost)('at $path with $next is paid once by the sweep, also after a day', async ({ path, next }) => {
    const { payoutId } = await requestedAtBank(desk);
    await desk.stripe.fault(next, { path, count: 2 });
    await expect(sendToBank(desk, [payoutId])).rejects.toThrow(ProviderOutcomeUnknown);
    expect(await balancesOf(desk)).toEqual(held);
    await steer(desk.stripe.url, 'faults/clear');
    await desk.stripe.steer('keys/forget');
    expect(await sweepAt(desk, new Date(Date.now() + 1.5 * aDay))).toMatchObject({ faults: 0 });
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
  });

  const commands = [
    { command: 'TransactWriteItemsCommand', afterEffect: false },
    { command: 'TransactWriteItemsCommand', afterEffect: true },
    { command: 'UpdateItemCommand', afterEffect: false },
    { command: 'UpdateItemCommand', afterEffect: true },
  ];

  it.each(commands)('because the ledger fails at $command ($afterEffect) is paid once', async (fault) => {
    const { payoutId } = await requestedAtBank(desk);
    const ledger = failingTable(desk.world.ledger, { ...fault, times: 1, error: new Error('killed') });
    await expect(sendToBank(desk, [payoutId], { ledger })).rejects.toThrow('killed');
    await desk.stripe.steer('keys/forget');
    await Promise.allSettled([sendToBank(desk, [payoutId]), sendToBank(desk, [payoutId])]);
    await sendToBank(desk, [payoutId]);
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
  });

  it('between the transfer and the payout of it is paid once, though its news comes first', async () => {
    const { payoutId } = await requestedAtBank(desk);
    await desk.stripe.fault('timeout_after_effect', { path: '/v1/payouts', count: 2 });
    const sending = sendToBank(desk, [payoutId]).catch((error: unknown) => error);
    await expect.poll(async () => (await desk.stripe.booksOf(payoutId))?.statuses).toEqual(['pending']);
    await atBank(payoutId, 'pay');
    expect(await sending).toBeInstanceOf(ProviderOutcomeUnknown);
    await expectEnding(payoutId, 'paid');
    await sendToBank(desk, [payoutId]);
    await expectEnding(payoutId, 'paid');
  });

  it('because its creator takes the account away after the transfer keeps its diamonds held, also hours later', async () => {
    const { payoutId } = await requestedAtBank(desk);
    await desk.stripe.fault('timeout', { path: '/v1/payouts', count: 2 });
    await expect(sendToBank(desk, [payoutId])).rejects.toThrow(ProviderOutcomeUnknown);
    await desk.stripe.steer(`accounts/${desk.accountId}/disconnect`);
    await sendToBank(desk, [payoutId], { now: new Date(Date.now() + 2 * 3_600_000) }).catch(() => undefined);
    expect(await desk.stripe.booksOf(payoutId)).toMatchObject({ sentMinor: 1110, backMinor: 0 });
    expect(await stateOf(payoutId)).toBe('submitted');
    expect(await balancesOf(desk)).toEqual(held);
    expect(await sweepAt(desk, new Date(Date.now() + 3 * 3_600_000))).toMatchObject({ faults: 1 });
    await desk.stripe.steer('accounts', { id: desk.accountId });
    await sweepAt(desk, new Date(Date.now() + 5 * 3_600_000));
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
  });

  it('for want of money goes on as soon as the platform has some, and not before', async () => {
    const { payoutId } = await requestedAtBank(desk);
    await desk.stripe.steer('balances', { balanceMinor: 0 });
    await expect(sendToBank(desk, [payoutId])).rejects.toThrow('balance_insufficient');
    expect(await balancesOf(desk)).toEqual(held);
    await desk.stripe.steer('balances', { balanceMinor: 1_000_000_000 });
    await sendToBank(desk, [payoutId]);
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
  });
});

describe("Connect's events", () => {
  const kinds = ['payout.paid', 'payout.failed', 'transfer.reversed'] as const;
  const orders = kinds.flatMap((first) =>
    kinds
      .filter((kind) => kind !== first)
      .map((second) => [first, second, kinds.find((kind) => kind !== first && kind !== second)]),
  ) as (typeof kinds)[number][][];

  it.each(orders)('%s, %s, %s come to one end, five copies of each at once', async (...order) => {
    await steer(desk.stripe.url, 'webhooks', { hold: true });
    const { payoutId, providerBatchId: transferId = '' } = await payoutAtBank(desk);
    const paid = await atBank(payoutId, 'pay');
    const failed = (await atBank(payoutId, 'fail')) as object;
    const reversed = { ...transferOf(transferId, payoutId), amount_reversed: 1110, reversed: true };
    const objects = { 'payout.paid': paid as object, 'payout.failed': failed, 'transfer.reversed': reversed };
    for (const type of order) {
      const event = { id: `evt_${payoutId}_${type}`, type, object: objects[type] };
      const secret = type === 'transfer.reversed' ? connectSecrets.accountWebhookSecret : undefined;
      const copies = Array.from({ length: 5 }, () => deliverEvent(desk, event, secret));
      const statuses = (await Promise.all(copies)).map(({ statusCode }) => statusCode);
      // A copy that met the others too often is delivered again.
      if (statuses.some((status) => status !== 200))
        expect(await deliverEvent(desk, event, secret)).toMatchObject({ statusCode: 200 });
    }
    await expectEnding(payoutId, 'returned');
  });

  it('come to the same end when Stripe repeats, delays and turns them around', async () => {
    await steer(desk.stripe.url, 'webhooks', { copies: 5, order: 'reversed', delayMs: 100 });
    const { payoutId } = await payoutAtBank(desk);
    await atBank(payoutId, 'send');
    await atBank(payoutId, 'pay');
    await atBank(payoutId, 'fail');
    await expectEnding(payoutId, 'returned');
  });

  it('that are not signed with the secret of either endpoint are refused', async () => {
    const { payoutId, providerBatchId: id = '' } = await payoutAtBank(desk);
    const object = { ...transferOf(id, payoutId), amount_reversed: 1110, reversed: true };
    const event = { id: `evt_forged_${payoutId}`, type: 'transfer.reversed', object };
    for (const secret of ['whsec_payments', 'whsec_forged'])
      expect(await deliverEvent(desk, event, secret)).toMatchObject({ statusCode: 400 });
    expect(await readStripeEvent(desk, event.id)).toBeUndefined();
    expect(await stateOf(payoutId)).toBe('submitted');
  });

  it('are not believed before the API says so: what comes too early comes again', async () => {
    const { payoutId, providerBatchId: id = '' } = await payoutAtBank(desk);
    const object = bankPayout({ metadata: { payoutId, transferId: id }, status: 'paid' });
    const event = { id: `evt_early_${payoutId}`, type: 'payout.paid', object };
    expect(await deliverEvent(desk, event)).toMatchObject({ statusCode: 500 });
    expect(await stateOf(payoutId)).toBe('submitted');
    await atBank(payoutId, 'pay');
    expect(await deliverEvent(desk, event)).toMatchObject({ statusCode: 200 });
    await expectEnding(payoutId, 'paid');
  });

  it('about payouts that are none of ours are answered, and leave nothing', async () => {
    const event = { id: 'evt_foreign', type: 'payout.paid', object: bankPayout({ metadata: {}, status: 'paid' }) };
    expect(await deliverEvent(desk, event)).toMatchObject({ statusCode: 200 });
    expect(await deliverEvent(desk, { ...event, type: 'account.updated', object: {} })).toMatchObject({
      statusCode: 200,
    });
    expect(await readStripeEvent(desk, 'evt_foreign')).toBeUndefined();
  });
});

describe('what no event told', () => {
  it('is found by the sweep: paid, and days later sent back', async () => {
    await steer(desk.stripe.url, 'webhooks', { hold: true });
    const { payoutId } = await payoutAtBank(desk);
    await atBank(payoutId, 'pay');
    await sweepAt(desk, new Date(Date.now() + 3_600_000));
    await expectEnding(payoutId, 'paid');
    await atBank(payoutId, 'fail');
    await sweepAt(desk, new Date(Date.now() + 2 * 3_600_000));
    expect(await stateOf(payoutId)).toBe('paid');
    await sweepAt(desk, new Date(Date.now() + 2 * aDay));
    await expectEnding(payoutId, 'returned');
    expect(await readPayout(desk, payoutId)).not.toHaveProperty('dueAt');
  });

  it('is looked for daily until ten days after the payout was paid', async () => {
    const { payoutId } = await payoutAtBank(desk);
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
    const looks = [];
    let { dueAt } = await readPayout(desk, payoutId);
    for (let day = 1; day <= 14; day++) {
      await sweepAt(desk, new Date(Date.now() + day * (aDay + 60_000)));
      const next = (await readPayout(desk, payoutId)).dueAt;
      if (next !== dueAt) looks.push(day);
      dueAt = next;
    }
    expect(looks).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await readPayout(desk, payoutId)).not.toHaveProperty('dueAt');
  });
});

describe('money that failed at the bank and that the account has spent', () => {
  it('waits for an operator, and the diamonds come back only with it', async () => {
    const { payoutId, providerBatchId: id } = await payoutAtBank(desk);
    await atBank(payoutId, 'pay');
    await expectEnding(payoutId, 'paid');
    await steer(desk.stripe.url, 'webhooks', { hold: true });
    await atBank(payoutId, 'fail');
    await desk.stripe.steer('balances', { account: desk.accountId, balanceMinor: 0 });
    await sweepAt(desk, new Date(Date.now() + 1.1 * aDay));
    expect(await readStripeEvent(desk, `lookup-${id}-UNRETURNED`)).toMatchObject({
      outcome: 'parked',
      reason: 'unreturned_when_paid',
      replayedBy: 'payout-replay',
    });
    expect(await balancesOf(desk)).toEqual(gone);
    await desk.stripe.steer('balances', { account: desk.accountId, balanceMinor: 1110 });
    const { ledger } = desk.world;
    const decision = { action: 'replay' as const, reason: 'The account has the money again.', caller: 'operator' };
    const event = { provider: 'stripe' as const, eventId: `lookup-${id}-UNRETURNED` };
    await decideParkedEvent(desk.world, { ...event, ...decision, now: new Date() });
    const run = { now: new Date(), remainingMilliseconds: () => 300_000 };
    await replayPayoutEvents({ ledger, providers: desk.providers }, run);
    await expectEnding(payoutId, 'returned');
    expect(await readStripeEvent(desk, event.eventId)).toMatchObject({ outcome: 'applied' });
  });
});

describe('the limits of the day', () => {
  it('count payouts of all methods together, and what failed no more', async () => {
    await publishRules(desk, { dailyMaximumMinor: 3_000 });
    const atStripe = await payoutAtBank(desk);
    await putProfile(desk, { method: 'paypal', destination: { type: 'email', value: 'eve@example.com' } });
    const atPayPal = await submittedPayout(desk);
    await credit(desk, { coins: 2800 });
    expect(await ask(desk)).toMatchObject({ code: 'payout_limit_reached' });
    await putProfile(desk, bankProfile(desk));
    expect(await ask(desk)).toMatchObject({ code: 'payout_limit_reached' });
    await atBank(atStripe.payoutId, 'fail');
    await expect.poll(() => stateOf(atStripe.payoutId)).toBe('returned');
    expect(isRefusal(await ask(desk, { asked: '1400' }))).toBe(false);
    expect(await ask(desk, { asked: '1400' })).toMatchObject({ code: 'payout_limit_reached' });
    await move(desk, atPayPal.payoutId, 'fail');
    await expect.poll(() => stateOf(atPayPal.payoutId)).toBe('failed');
    expect(isRefusal(await ask(desk, { asked: '1400' }))).toBe(false);
    await publishRules(desk);
  });
});

/** What the ledger says lies at each provider, in minor units. */
async function cashAtProviders() {
  const { balances } = await auditLedger(desk.world.ledger);
  const ofAccount = (account: string) => balances.find((balance) => balance.account === account)?.amount ?? 0;
  return { stripe: ofAccount('provider.stripe'), paypal: ofAccount('provider.paypal') };
}

/** The same by the books of the banks; PayPal has paid nothing here in the end. */
async function expectedCash() {
  const { payouts } = await look<ConnectBooksReport>(desk.stripe.url, 'connect/books');
  const atBanks = payouts.reduce((sum, { atBankMinor }) => sum + atBankMinor, 0);
  return { ...cashBefore, stripe: cashBefore.stripe - atBanks };
}

function transferOf(id: string, payoutId: string) {
  return {
    ...{ id, object: 'transfer', amount: 1110, amount_reversed: 0, currency: 'usd', created: 1_763_700_000 },
    ...{ destination: desk.accountId, metadata: { payoutId }, reversed: false, reversals: { data: [] } },
  };
}

function bankPayout({ metadata, status }: { metadata: Record<string, string>; status: string }) {
  return { id: 'po_1', object: 'payout', amount: 1110, currency: 'usd', created: 1_763_700_000, metadata, status };
}
