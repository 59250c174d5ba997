import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { decideApproval } from '../../shared/payouts/approve-payout.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { patiently } from '../support/patiently.ts';
import {
  ask,
  auditFindings,
  balancesOf,
  credit,
  hold,
  move,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payPalBooks,
  publishRules,
  putProfile,
  readCreator,
  readPayout,
  submitTogether,
} from '../support/payouts.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
  await publishRules(desk, { approvalAboveMinor: 10_000, dailyMaximumMinor: 60_000 });
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

/** Ten requests, each from two tabs at once. Gives the payouts that were granted. */
async function askInTwoTabs(asked: string): Promise<string[]> {
  const keys = Array.from({ length: 10 }, () => newId(new Date()));
  const answers = await Promise.all(
    [...keys, ...keys].map((payoutId) => patiently(() => ask(desk, { payoutId, asked }))),
  );
  return [...new Set(answers.flatMap((answer) => (isRefusal(answer) ? [] : [answer.payoutId])))];
}

/** Two operators decide on each payout at once, one for it and one against it, while two workers send what they may. */
async function decideAndSend(payoutIds: string[]): Promise<void> {
  const { world, payouts } = desk;
  const decide = (payoutId: string, decidedBy: string, decision: 'approve' | 'reject') =>
    patiently(() =>
      decideApproval({ ledger: world.ledger, payouts }, { payoutId, decision, decidedBy, now: new Date() }),
    );
  const answers = await Promise.all([
    ...payoutIds.map((payoutId, index) => decide(payoutId, 'olga', index % 2 === 0 ? 'approve' : 'reject')),
    ...payoutIds.map((payoutId) => decide(payoutId, 'oleg', 'reject')),
    submitTogether(desk, payoutIds),
  ]);
  const decided = answers.filter((answer) => 'payoutId' in answer && !isRefusal(answer));
  expect(decided.length > 0).toBe(payoutIds.length > 0);
  await Promise.all([submitTogether(desk, payoutIds), submitTogether(desk, payoutIds)]);
  await submitTogether(desk, payoutIds);
}

/** What PayPal was asked to pay for these payouts, each of which it knows at most once. */
async function atPayPal(payoutIds: string[]): Promise<string[]> {
  const items = (await payPalBooks(desk)).items.flatMap(({ senderItemId = '' }) => senderItemId);
  const ours = items.filter((payoutId) => payoutIds.includes(payoutId));
  expect(new Set(ours).size).toBe(ours.length);
  return ours;
}

describe('two operators, two tabs and ten requests at once', () => {
  it.each([
    ['what there is', 90_000],
    ['the limit of the day', 300_000],
  ])('never pay more than %s', { timeout: 60_000 }, async (_what, coins) => {
    await nextCreator(desk);
    await credit(desk, { coins });
    const most = Math.min(coins / 2, 60_000);
    const all: string[] = [];
    for (let round = 0; round < 3; round++) {
      const granted = await askInTwoTabs('15000');
      all.push(...granted);
      expect((await balancesOf(desk)).held).toBe(most);
      await decideAndSend(granted);
      const sent = await atPayPal(all);
      expect((await balancesOf(desk)).held).toBe(15_000 * sent.length);
      expect((await readCreator(desk)).payoutUse?.dayMinor).toBe(15_000 * sent.length);
      expect(15_000 * sent.length).toBeLessThanOrEqual(most);
    }
    for (const payoutId of await atPayPal(all)) await move(desk, payoutId, 'complete');
    const paid = 15_000 * (await atPayPal(all)).length;
    await expect.poll(async () => (await balancesOf(desk)).paidOut).toBe(paid);
  });

  it('send nothing more once a hold is there and the destination is another one', async () => {
    await nextCreator(desk);
    await credit(desk, { coins: 90_000 });
    const granted = await askInTwoTabs('15000');
    await Promise.all([
      patiently(() => hold(desk, { held: true })),
      patiently(() => putProfile(desk, { destination: { type: 'email', value: 'eve@example.com' } })),
      decideAndSend(granted),
    ]);
    const sent = await atPayPal(granted);
    await submitTogether(desk, granted);
    expect(await atPayPal(granted)).toEqual(sent);
    const states = await Promise.all(granted.map(async (payoutId) => (await readPayout(desk, payoutId)).state));
    expect(states).not.toContain('requested');
    expect((await balancesOf(desk)).held).toBe(15_000 * sent.length);
  });
});
