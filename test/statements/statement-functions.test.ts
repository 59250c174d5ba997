import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, monthOf } from '../../shared/calendar.ts';
import { creatorWithProfile, eventually, fanWithThousands, startTestCloud, type TestCloud } from '../support/cloud.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
  await fanWithThousands(cloud, 'ana', 1);
  await creatorWithProfile(cloud, 'cy');
  const gift = { senderId: 'ana', creatorId: 'cy', gift: 'rose', quantity: 5, unitPrice: 1 };
  await cloud.api.post('/v1/gifts', { ...gift, context: { type: 'live', id: 'live-1' } });
  await eventually('the gift is credited', async () => {
    const { body } = await cloud.api.get('/v1/creators/cy/earnings');
    return (body.diamonds as { lifetime: string } | undefined)?.lifetime === '2.5';
  });
}, 120_000);
afterAll(() => cloud?.close());

const month = monthOf(dayOf(new Date()));
/** In the first hour of a month, what there was at its beginning is not known yet. */
const isTooEarly = new Date().toISOString().slice(8, 13) === '01T00';

describe('the functions that tell what creators earned', () => {
  it('chart the day that is under way', async () => {
    const today = dayOf(new Date());
    const { status, body } = await cloud.api.get(`/v1/creators/cy/earnings/summary?from=${today}&to=${today}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      days: [{ day: today, state: 'open', gifts: 5, coins: 5, credited: '2.5', value: { amount: 2, currency: 'USD' } }],
      contexts: { first: [{ type: 'live', id: 'live-1', gifts: 5, diamonds: '2.5' }] },
      supporters: { first: [{ userId: 'ana', gifts: 5, diamonds: '2.5' }] },
    });
    const { body: statement } = await cloud.api.get('/v1/creators/cy/entries');
    expect(statement).toMatchObject({ entries: [{ gifts: [{ context: { type: 'live', id: 'live-1' } }] }] });
  });

  it('refuse ranges, months and years that are none', async () => {
    for (const path of [
      'earnings/summary?from=today&to=now',
      'statements/2026-13',
      'statements/2999-01',
      'tax-years/99',
    ])
      expect((await cloud.api.get(`/v1/creators/cy/${path}`)).status, path).toBe(400);
    const nobody = await cloud.api.get('/v1/creators/nobody/statements/2026-01');
    expect(nobody).toMatchObject({ status: 404, body: { code: 'creator_not_found' } });
  });

  it.skipIf(isTooEarly)('give the statement as JSON and as CSV, and the totals of the year', async () => {
    const path = `/v1/creators/cy/statements/${month}`;
    expect(await cloud.api.get(path)).toMatchObject({ status: 200, body: { month, state: 'open', lines: [] } });
    const headers = { authorization: `Bearer ${cloud.tokens.read}` };
    const csv = await fetch(`${cloud.apiUrl}${path}?format=csv`, { headers });
    expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const rows = (await csv.text()).split('\r\n');
    expect(rows.map((row) => row.split(',')[1])).toEqual(['type', 'opening', 'closing', undefined]);
    const year = month.slice(0, 4);
    expect(await cloud.api.get(`/v1/creators/cy/tax-years/${year}`)).toMatchObject({
      status: 200,
      body: { year, state: 'open', totals: [] },
    });
  });

  it('work through what requests have left to them', async () => {
    const payload = { creators: 0, finished: 0, failed: 0 };
    expect(await cloud.invoke('AddUpDays', {})).toMatchObject({ payload });
  });
});
