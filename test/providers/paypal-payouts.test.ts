import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import type { Books } from '../../infra/local/simulators/paypal-books.ts';
import { minor } from '../../shared/money/units.ts';
import {
  createPayPalPayouts,
  type NewPayoutBatch,
  type NewPayoutItem,
  type PayPalPayouts,
} from '../../shared/providers/paypal-client.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { look, startWebhookReceiver, steer, type WebhookReceiver } from './webhook-receiver.ts';

const credentials = { clientId: 'client', clientSecret: 'secret' };
let receiver: WebhookReceiver;
let simulator: Awaited<ReturnType<typeof startPayPalSimulator>>;
let payouts: PayPalPayouts;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  simulator = await startPayPalSimulator({ ...credentials, webhookId: 'WH-1', webhookUrl: () => receiver.url });
  payouts = client();
});
beforeEach(async () => {
  await steer(simulator.url, 'faults/clear');
  await steer(simulator.url, 'payouts', { autoComplete: false });
});
afterAll(async () => {
  await simulator.close();
  await receiver.close();
});

function client(differing: Partial<{ clientSecret: string; apiUrl: string }> = {}): PayPalPayouts {
  return createPayPalPayouts({ ...credentials, apiUrl: simulator.url, timeoutSeconds: 0.5, ...differing });
}

let lastPayout = 0;
function payout(differing: Partial<NewPayoutItem> = {}): NewPayoutBatch {
  lastPayout += 1;
  const id = `payout-${lastPayout}`;
  const item: NewPayoutItem = {
    senderItemId: id,
    receiver: 'cy@example.com',
    recipientType: 'EMAIL',
    amountMinor: minor(1369),
    currency: 'USD',
    note: 'Your earnings',
    ...differing,
  };
  return { senderBatchId: id, items: [item] };
}

async function accepted(batch: NewPayoutBatch): Promise<string> {
  const outcome = await payouts.createPayoutBatch(batch);
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  return outcome.payoutBatchId;
}

async function batchesOf({ senderBatchId }: NewPayoutBatch): Promise<Set<string>> {
  const { items } = await look<Books>(simulator.url, 'books');
  const ids = items.filter((item) => item.senderBatchId === senderBatchId).map(({ payoutItemId }) => payoutItemId);
  return new Set(ids);
}

describe('sending a payout through PayPal', () => {
  it('is accepted, and then known with all that was asked for', async () => {
    const batch = payout();
    const outcome = await payouts.createPayoutBatch(batch);
    expect(outcome).toEqual({ kind: 'accepted', payoutBatchId: expect.any(String), batchStatus: 'PENDING' });
    const payoutBatchId = outcome.kind === 'accepted' ? outcome.payoutBatchId : '';
    const known = await payouts.getPayoutBatch(payoutBatchId);
    const item = {
      payoutItemId: expect.any(String),
      payoutBatchId,
      senderItemId: batch.senderBatchId,
      status: 'PENDING',
      amountMinor: 1369,
      currency: 'USD',
      feeMinor: 27,
      feeCurrency: 'USD',
    };
    const { senderBatchId } = batch;
    expect(known).toEqual({
      payoutBatchId,
      senderBatchId,
      batchStatus: 'PROCESSING',
      items: [item],
      unreadableItems: 0,
    });
    expect(await payouts.getPayoutItem(known?.items[0]?.payoutItemId ?? '')).toEqual(item);
  });

  it('is found again under its first id when it is sent again', async () => {
    const batch = payout();
    const payoutBatchId = await accepted(batch);
    expect(await payouts.createPayoutBatch(batch)).toEqual({ kind: 'duplicate', payoutBatchId });
    expect(await batchesOf(batch)).toHaveProperty('size', 1);
  });

  it('is accepted once when it is sent five times at once', async () => {
    const batch = payout();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => payouts.createPayoutBatch(batch)));
    const kinds = outcomes.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(['accepted', 'duplicate', 'duplicate', 'duplicate', 'duplicate']);
    expect(await batchesOf(batch)).toHaveProperty('size', 1);
  });

  it.each(['timeout_after_effect', 'error_after_effect', 'unreadable_after_effect'])(
    'has an unknown outcome after a %s, and turns out to be a duplicate',
    async (next) => {
      await steer(simulator.url, 'faults', { next });
      const batch = payout();
      await expect(payouts.createPayoutBatch(batch)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
      expect(await payouts.createPayoutBatch(batch)).toMatchObject({ kind: 'duplicate' });
      expect(await batchesOf(batch)).toHaveProperty('size', 1);
    },
  );

  it.each(['timeout', 'error_500', 'busy'])(
    'has an unknown outcome after a %s, and is sent when asked again',
    async (next) => {
      await steer(simulator.url, 'faults', { next });
      const batch = payout();
      await expect(payouts.createPayoutBatch(batch)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
      expect(await payouts.createPayoutBatch(batch)).toMatchObject({ kind: 'accepted' });
    },
  );

  it('has an unknown outcome when nobody listens', async () => {
    const nobody = client({ apiUrl: 'http://127.0.0.1:9' });
    await expect(nobody.createPayoutBatch(payout())).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
  });

  it('is refused for good when PayPal finds the receiver invalid', async () => {
    const outcome = await payouts.createPayoutBatch(payout({ receiver: 'nobody' }));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'VALIDATION_ERROR', retryable: false });
    expect(outcome).toHaveProperty('message', expect.stringContaining('items[0].receiver'));
  });

  it.each([
    ['INSUFFICIENT_FUNDS', 422, true],
    ['SENDER_EMAIL_UNCONFIRMED', 403, true],
    ['NON_HOLDING_CURRENCY', 400, false],
    ['USER_BUSINESS_ERROR', 400, false],
  ])('is refused with %s (%i), retryable: %s', async (name, status, retryable) => {
    await steer(simulator.url, 'payouts', { refuseNext: { name, status, message: 'No.' } });
    const batch = payout();
    expect(await payouts.createPayoutBatch(batch)).toMatchObject({
      kind: 'refused',
      code: name,
      message: 'No.',
      retryable,
      positions: [],
    });
    expect(await batchesOf(batch)).toHaveProperty('size', 0);
    expect(await payouts.createPayoutBatch(batch)).toMatchObject({ kind: 'accepted' });
  });

  it('is refused for now when there were too many requests', async () => {
    await steer(simulator.url, 'faults', { next: 'rate_limited' });
    expect(await payouts.createPayoutBatch(payout())).toMatchObject({ code: 'RATE_LIMIT_REACHED', retryable: true });
  });

  it.each([408, 425])('has an unknown outcome after a %i', async (status) => {
    await steer(simulator.url, 'payouts', { refuseNext: { name: 'TOO_SOON', status, message: 'Not yet.' } });
    await expect(payouts.createPayoutBatch(payout())).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
  });

  it('never takes a duplicate for a refusal, even when PayPal does not say which batch it is', async () => {
    const refuseNext = { name: 'DUPLICATE_REQUEST_ID', status: 400, message: 'The request id is a duplicate.' };
    await steer(simulator.url, 'payouts', { refuseNext });
    await expect(payouts.createPayoutBatch(payout())).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
  });

  it.each([
    ['JPY', 1600],
    ['HUF', 1_750_000],
    ['KWD', 5124],
    ['IDR', 1_700_000],
  ] as const)('sends and reads %s exactly', async (currency, amount) => {
    const payoutBatchId = await accepted(payout({ currency, amountMinor: minor(amount) }));
    const known = await payouts.getPayoutBatch(payoutBatchId);
    expect(known?.items).toMatchObject([{ amountMinor: amount, currency }]);
  });

  it('sends and reads every amount exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 99_999_999 }), async (amount) => {
        const payoutBatchId = await accepted(payout({ amountMinor: minor(amount) }));
        expect((await payouts.getPayoutBatch(payoutBatchId))?.items[0]?.amountMinor).toBe(amount);
      }),
      { numRuns: 30 },
    );
  });

  it('reads a batch that fills more than one page', async () => {
    const { senderBatchId, items } = payout();
    const [item] = items;
    if (!item) throw new Error('a payout has an item');
    const many = Array.from({ length: 1001 }, (_, index) => ({ ...item, senderItemId: `${senderBatchId}-${index}` }));
    const payoutBatchId = await accepted({ senderBatchId, items: many });
    const known = await payouts.getPayoutBatch(payoutBatchId);
    expect(known?.items.map(({ senderItemId }) => senderItemId)).toEqual(many.map(({ senderItemId }) => senderItemId));
  });
});

describe('asking PayPal about a payout', () => {
  it('finds nothing where PayPal knows nothing', async () => {
    expect(await payouts.getPayoutBatch('UNKNOWN')).toBeUndefined();
    expect(await payouts.getPayoutItem('UNKNOWN')).toBeUndefined();
  });

  it.each(['timeout', 'error_500', 'unreadable_after_effect', 'rate_limited'])(
    'learns nothing from a %s',
    async (next) => {
      const payoutBatchId = await accepted(payout());
      await steer(simulator.url, 'faults', { next });
      await expect(payouts.getPayoutBatch(payoutBatchId)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
    },
  );

  it.each([
    ['complete', 'SUCCESS', undefined],
    ['fail', 'FAILED', 'RECEIVER_ACCOUNT_INVALID'],
    ['unclaim', 'UNCLAIMED', 'RECEIVER_UNREGISTERED'],
    ['hold', 'ONHOLD', 'RISK_DECLINE'],
    ['block', 'BLOCKED', 'REGULATORY_BLOCKED'],
  ])('learns what a %s made of it', async (move, status, errorName) => {
    const batch = payout();
    const payoutBatchId = await accepted(batch);
    await steer(simulator.url, `payouts-items/${batch.senderBatchId}/${move}`);
    const [item] = (await payouts.getPayoutBatch(payoutBatchId))?.items ?? [];
    expect(item).toMatchObject({ status, transactionId: expect.any(String) });
    expect(item?.errorName).toBe(errorName);
  });
});

describe("PayPal's access tokens", () => {
  async function tokensGiven(): Promise<number> {
    return (await look<{ given: number }>(simulator.url, 'tokens')).given;
  }

  it('are asked for once by requests that start together, and kept', async () => {
    const before = await tokensGiven();
    const fresh = client();
    await Promise.all([fresh.getPayoutBatch('A'), fresh.getPayoutBatch('B'), fresh.getPayoutItem('C')]);
    await fresh.getPayoutBatch('D');
    expect(await tokensGiven()).toBe(before + 1);
  });

  it('are replaced before they expire', async () => {
    await steer(simulator.url, 'tokens', { lifetimeSeconds: 60 });
    const fresh = client();
    await fresh.getPayoutBatch('A');
    const before = await tokensGiven();
    await fresh.getPayoutBatch('B');
    expect(await tokensGiven()).toBe(before + 1);
    await steer(simulator.url, 'tokens');
  });

  it('are replaced when PayPal refuses them, and the payout goes through', async () => {
    await payouts.getPayoutBatch('A');
    await steer(simulator.url, 'tokens');
    expect(await payouts.createPayoutBatch(payout())).toMatchObject({ kind: 'accepted' });
  });

  it('that are not given to wrong credentials refuse the payout until an operator acts', async () => {
    const stranger = client({ clientSecret: 'wrong' });
    const outcome = await stranger.createPayoutBatch(payout());
    expect(outcome).toMatchObject({ kind: 'refused', code: 'ACCESS_DENIED', retryable: true });
    expect(JSON.stringify(outcome)).not.toContain('wrong');
  });
});
