import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { minor } from '../../shared/money/units.ts';
import type { PayoutNews } from '../../shared/payouts/payout-news.ts';
import type { PayoutProvider, PayoutToSend, SendingOutcome } from '../../shared/payouts/payout-provider.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { type ConnectDesk, startConnectDesk } from './connect-desk.ts';
import { startWebhookReceiver, steer, type WebhookReceiver } from './webhook-receiver.ts';

let receiver: WebhookReceiver;
let desk: ConnectDesk;
let bank: PayoutProvider;
let payout: PayoutToSend;
let account: string;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  desk = await startConnectDesk(() => receiver.url);
  bank = desk.connect();
});
let accounts = 0;
beforeEach(async () => {
  await steer(desk.url, 'faults/clear');
  accounts += 1;
  account = `acct_${accounts}`;
  await desk.steer('accounts', { id: account });
  payout = payoutTo(account);
});
afterAll(async () => {
  await desk.close();
  await receiver.close();
});

function payoutTo(value: string): PayoutToSend {
  const destination = { type: 'stripe_account' as const, value };
  return { payoutId: newId(new Date()), destination, amountMinor: minor(1110), currency: 'USD' };
}

function send(by = bank, what = payout): Promise<SendingOutcome> {
  return by.send({ batchId: what.payoutId, payouts: [what] });
}

function transferIn(outcome: SendingOutcome): string {
  if (outcome.kind !== 'taken') throw new Error(JSON.stringify(outcome));
  return outcome.reference;
}

async function newsOf(): Promise<PayoutNews | undefined> {
  return bank.find(transferIn(await send()));
}

function booked() {
  return desk.booksOf(payout.payoutId);
}

const sentOnce = { sentMinor: 1110, transfers: 1, backMinor: 0, statuses: ['pending'] };
const transfers = { path: '/v1/transfers' };
const payouts = { path: '/v1/payouts' };

describe('sending a payout to a bank', () => {
  it('transfers the amount to the connected account and pays it out from there', async () => {
    const transferId = transferIn(await send());
    expect(await booked()).toMatchObject(sentOnce);
    expect(await bank.look({ reference: transferId, payouts: [payout] })).toEqual([
      {
        payoutId: payout.payoutId,
        itemId: transferId,
        reference: transferId,
        status: 'PENDING',
        amountMinor: 1110,
        currency: 'USD',
      },
    ]);
  });

  it('happens once, however often and by however many it is asked for', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => send(desk.connect())));
    const taken = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(new Set(taken.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(await send()).toEqual(taken[0]);
    expect(await booked()).toMatchObject(sentOnce);
  });

  const killPoints = [transfers, payouts].flatMap(({ path }) =>
    ['timeout', 'timeout_after_effect', 'error_500', 'error_after_effect', 'unreadable_after_effect', 'busy'].map(
      (next) => ({ next, path }),
    ),
  );

  it.each(killPoints)('is paid once in the end when $path ends in $next', async ({ next, path }) => {
    // The SDK makes a second attempt of what got no answer.
    await desk.fault(next, { path, count: 2 });
    await expect(send()).rejects.toThrow(ProviderOutcomeUnknown);
    await steer(desk.url, 'faults/clear');
    await send();
    expect(await booked()).toMatchObject(sentOnce);
  });

  it.each(killPoints)('is paid once when Stripe forgot the keys after $path ended in $next', async ({ next, path }) => {
    // With money of its own, the account could pay twice.
    await desk.steer('balances', { account, balanceMinor: 100_000 });
    await desk.fault(next, { path, count: 2 });
    await expect(send()).rejects.toThrow(ProviderOutcomeUnknown);
    await steer(desk.url, 'faults/clear');
    await desk.steer('keys/forget');
    await send();
    await desk.steer('keys/forget');
    await send();
    expect(await booked()).toMatchObject(sentOnce);
  });

  it('finds its payout among more than a page of others in the same account', async () => {
    await desk.steer('balances', { account, balanceMinor: 100_000 });
    const others = Array.from({ length: 105 }, () => payoutTo(account));
    await send();
    for (const other of others) await send(bank, other);
    await desk.steer('keys/forget');
    await send();
    expect(await booked()).toMatchObject(sentOnce);
  });

  it('keeps two payouts to one account apart', async () => {
    const other = payoutTo(account);
    await send();
    await send(bank, other);
    await desk.steer(`payouts/${other.payoutId}/pay`);
    expect((await newsOf())?.status).toBe('PENDING');
    expect(await desk.booksOf(other.payoutId)).toMatchObject({ atBankMinor: 1110, timesPaid: 1 });
  });

  it('refuses to go on with a transfer of another amount or to somebody else', async () => {
    await send();
    await expect(send(bank, { ...payout, amountMinor: minor(1111) })).rejects.toThrow('not what payout');
    const destination = { type: 'stripe_account' as const, value: 'acct_other' };
    await expect(send(bank, { ...payout, destination })).rejects.toThrow('not what payout');
    expect(await booked()).toMatchObject(sentOnce);
  });
});

describe('a payout that Stripe will not send', () => {
  const hopeless: [string, object, string][] = [
    [
      'an account without the capability for transfers',
      { transfers: 'inactive' },
      'insufficient_capabilities_for_transfer',
    ],
    ['an account that may not pay out', { payoutsEnabled: false }, 'payouts_not_allowed'],
    ['an account that empties itself by a schedule', { schedule: 'daily' }, 'payout_schedule_not_manual'],
  ];

  it.each(hopeless)('is refused for good to %s, and no money moves', async (_account, settings, code) => {
    await desk.steer('accounts', { id: account, ...settings });
    expect(await send()).toMatchObject({ kind: 'refused', code, retryable: false });
    expect(await booked()).toBeUndefined();
  });

  it('is refused for good to an account that does not exist, or that no longer belongs to the platform', async () => {
    payout = payoutTo('acct_nobody');
    expect(await send()).toMatchObject({ kind: 'refused', code: 'account_invalid', retryable: false });
  });

  it('can be sent as soon as the platform has money again', async () => {
    await desk.steer('balances', { balanceMinor: 1109 });
    expect(await send()).toMatchObject({ kind: 'refused', code: 'balance_insufficient', retryable: true });
    await desk.steer('balances', { balanceMinor: 1_000_000 });
    expect(await send()).toMatchObject({ kind: 'taken' });
    expect(await booked()).toMatchObject(sentOnce);
  });

  it('waits for an operator when the key is not accepted', async () => {
    const stranger = desk.connect('rk_test_stranger');
    expect(await send(stranger)).toMatchObject({ kind: 'refused', code: 'access_denied', retryable: true });
    expect(await booked()).toBeUndefined();
  });

  it.each(['rate_limited', 'error_500'])('leaves the outcome open when Stripe answers %s', async (next) => {
    await desk.fault(next, { path: '/v1/', method: 'GET', count: 2 });
    await expect(send()).rejects.toThrow(ProviderOutcomeUnknown);
  });
});

describe('a transfer whose money does not get to the bank', () => {
  it('is reversed before anything is told when the payout to the bank is refused', async () => {
    await desk.steer('banks', { refuseNext: { code: 'bank_account_unusable' } });
    expect(await newsOf()).toMatchObject({ status: 'FAILED', errorName: 'bank_account_unusable', amountMinor: 1110 });
    expect(await booked()).toMatchObject({ sentMinor: 1110, backMinor: 1110, statuses: [] });
  });

  it.each(['timeout', 'timeout_after_effect', 'error_500', 'error_after_effect'])(
    'is reversed once when the reversal ends in %s',
    async (next) => {
      await desk.steer('banks', { refuseNext: { code: 'bank_account_unusable' } });
      await desk.fault(next, { path: '/v1/transfers/', count: 2 });
      await expect(send()).rejects.toThrow(ProviderOutcomeUnknown);
      expect(await newsOf()).toMatchObject({ status: 'FAILED', errorName: 'bank_account_unusable' });
      expect(await booked()).toMatchObject({ sentMinor: 1110, backMinor: 1110, statuses: [] });
    },
  );

  it('is not told to be back while its reversal is not known', async () => {
    const transferId = transferIn(await send());
    await desk.steer(`payouts/${payout.payoutId}/fail`);
    await desk.fault('timeout', { path: '/v1/transfers/', count: 2 });
    await expect(bank.find(transferId)).rejects.toThrow(ProviderOutcomeUnknown);
    expect(await booked()).toMatchObject({ backMinor: 0 });
  });

  it.each(['fail', 'cancel'])('is reversed when the bank payout ends in %s', async (move) => {
    const transferId = transferIn(await send());
    await desk.steer(`payouts/${payout.payoutId}/${move}`);
    const errorName = move === 'fail' ? 'account_closed' : 'canceled';
    expect(await bank.find(transferId)).toMatchObject({ status: 'RETURNED', errorName });
    expect(await bank.find(transferId)).toMatchObject({ status: 'RETURNED', errorName });
    expect(await booked()).toMatchObject({ sentMinor: 1110, backMinor: 1110, atBankMinor: 0 });
  });

  it('is reversed when the bank sends back what was shown as paid', async () => {
    const transferId = transferIn(await send());
    await desk.steer(`payouts/${payout.payoutId}/pay`);
    expect(await bank.find(transferId)).toMatchObject({ status: 'SUCCESS' });
    await desk.steer(`payouts/${payout.payoutId}/fail`);
    expect(await bank.find(transferId)).toMatchObject({ status: 'RETURNED' });
    expect(await booked()).toMatchObject({ backMinor: 1110, timesPaid: 1, timesBack: 1, atBankMinor: 0 });
  });

  it('is not said to be back while the account has spent the money, and is reversed as soon as it has it again', async () => {
    const transferId = transferIn(await send());
    await desk.steer(`payouts/${payout.payoutId}/fail`);
    await desk.steer('balances', { account, balanceMinor: 0 });
    expect(await bank.find(transferId)).toMatchObject({ status: 'UNRETURNED' });
    expect(await booked()).toMatchObject({ backMinor: 0 });
    await desk.steer('balances', { account, balanceMinor: 5_000 });
    expect(await bank.find(transferId)).toMatchObject({ status: 'RETURNED' });
    expect(await booked()).toMatchObject({ backMinor: 1110 });
  });

  it('is told as taken back when somebody reversed it by hand, and as another amount when only in part', async () => {
    const transferId = transferIn(await send());
    await desk.steer(`payouts/${payout.payoutId}/pay`);
    await desk.steer('balances', { account, balanceMinor: 5_000 });
    await desk.steer(`transfers/${transferId}/reverse`, { amount: 10 });
    expect(await bank.find(transferId)).toMatchObject({ status: 'REVERSED', amountMinor: 1100 });
    await desk.steer(`transfers/${transferId}/reverse`);
    expect(await bank.find(transferId)).toMatchObject({ status: 'REVERSED', amountMinor: 1110 });
  });

  it('is paid to the bank once when it was transferred and no payout was made of it', async () => {
    await desk.fault('timeout', { ...payouts, count: 2 });
    await expect(send()).rejects.toThrow(ProviderOutcomeUnknown);
    expect(await booked()).toMatchObject({ transfers: 1, statuses: [] });
    await Promise.all([send(), send(desk.connect()), send(desk.connect())]);
    expect(await booked()).toMatchObject(sentOnce);
  });

  it('stops everything while somebody else has made another one for the same payout, until that is reversed', async () => {
    await desk.transferByHand({ account, payoutId: payout.payoutId, amount: 1110 });
    const transferId = await desk.transferByHand({ account, payoutId: payout.payoutId, amount: 1110 });
    await expect(send()).rejects.toThrow('more than one transfer');
    await desk.steer(`transfers/${transferId}/reverse`);
    expect(await send()).toMatchObject({ kind: 'taken' });
    expect(await booked()).toMatchObject({ sentMinor: 2220, backMinor: 1110, statuses: ['pending'] });
  });

  it('is nothing that Stripe does not have', async () => {
    expect(await bank.find('tr_unknown')).toBeUndefined();
  });
});
