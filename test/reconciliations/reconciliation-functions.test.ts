import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { startTestCloud, type TestCloud } from '../support/cloud.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud?.close());

const operate = { scope: 'operate' } as const;

describe('the functions that compare the providers’ lists', () => {
  it.each([
    ['ReconcileStripe', 'stripe'],
    ['ReconcilePayPal', 'paypal'],
    ['ReconcileApple', 'apple'],
  ])('%s compares the days that it is asked for, and operators read of them', async (name, provider) => {
    const from = addDays(dayOf(new Date()), -3);
    const payload = { state: 'complete', mended: 0, differences: 0 };
    expect(await cloud.invoke(name, { from })).toMatchObject({ payload });
    const path = `/v1/operations/reconciliations?provider=${provider}&from=${from}&to=${from}`;
    expect(await cloud.api.get(path, operate)).toMatchObject({
      status: 200,
      body: { reconciliations: [{ provider, day: from, lines: 0, totals: [], differenceCount: 0, differences: [] }] },
    });
  });

  it('refuse days that are none', async () => {
    expect((await cloud.api.get('/v1/operations/reconciliations?provider=google', operate)).status).toBe(400);
    const path = '/v1/operations/reconciliations?provider=stripe&from=yesterday';
    expect((await cloud.api.get(path, operate)).status).toBe(400);
  });
});
