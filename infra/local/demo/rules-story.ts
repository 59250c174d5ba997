import { daysAfter } from '../../../shared/calendar.ts';
import {
  actAt,
  buyThousand,
  diamondsOf,
  expectStatus,
  putProfile,
  registerCreator,
  registerFan,
  type Stage,
  sendGift,
  until,
  withdrawAll,
} from './steps.ts';

const operate = { scope: 'operate' } as const;

/**
 * Fay redeems a code, is stopped by a limit of her own, buys a sticker and leads the board of a live; Gil is paid at his bank.
 * Two operators publish a campaign of which the first idea would have printed money.
 * @throws Error when any step does not come out as it should.
 */
export async function playRules(stage: Stage): Promise<void> {
  for (const userId of ['fay', 'gilbert']) await registerFan(stage, userId);
  await registerCreator(stage, { creatorId: 'gil', ownerUserId: 'gilbert' });
  for (let bought = 1; bought <= 2; bought++) await buyThousand(stage, 'fay', 'stripe');
  await redeemCode(stage);
  await spendUpToLimit(stage);
  await leadTheBoard(stage);
  await payBank(stage);
  await publishCampaign(stage);
}

async function redeemCode({ api, print }: Stage): Promise<void> {
  // Worth to creators what bought coins are.
  const gives = { coins: 100, worthBasisPoints: 10_000 };
  const batch = { count: 1, gives, until: daysAfter(new Date(), 30).toISOString(), reason: 'The demo' };
  const made = expectStatus(201, await api.post('/v1/operations/code-batches', batch, operate)).body;
  const [code] = made.codes as string[];
  const { body } = expectStatus(201, await api.post('/v1/redemptions', { userId: 'fay', code }));
  const { coins } = body.wallet as { coins: number };
  print(`  Fay buys 2,000 coins, and an operator's code brings her 100 more: ${grouped(coins)}`);
}

const context = { type: 'live', id: 'gil-live' };

async function spendUpToLimit(stage: Stage): Promise<void> {
  const { api, print } = stage;
  expectStatus(200, await api.put('/v1/users/fay/limits', { day: 1_950 }));
  await sendGift(stage, { senderId: 'fay', creatorId: 'gil', gift: 'tip', unitPrice: 1_900, context });
  print('  She limits herself to 1,950 coins a day and tips Gil with 1,900; the 100 that expire are spent first');
  const hat = { senderId: 'fay', creatorId: 'gil', gift: 'party_hat', unitPrice: 99, quantity: 1, context };
  const refused = expectStatus(403, await api.post('/v1/gifts', hat)).body;
  const sticker = { userId: 'fay', item: 'sticker_sunny_day', unitPrice: 50 };
  const { body } = expectStatus(201, await api.post('/v1/purchases', sticker));
  const { coins } = body.wallet as { coins: number };
  print(`  A Party Hat (99) is refused, ${refused.code}: ${refused.left} are left of today`);
  print(`  A sticker for 50 is not, and she has ${coins} coins for tomorrow`);
}

type Places = { places: { userId?: string; coins: number }[] };

async function leadTheBoard({ api, print }: Stage): Promise<void> {
  const first = async () => {
    const { body } = await api.get(`/v1/leaderboards/lives/${context.id}?region=US`);
    return (body as Places).places[0];
  };
  await until('Fay is on the leaderboard', async () => (await first())?.userId === 'fay');
  print(`  She is first on the live's leaderboard, with ${grouped((await first())?.coins ?? 0)} coins`);
}

async function payBank(stage: Stage): Promise<void> {
  const { api, print } = stage;
  await actAt(stage, 'stripe', 'connect/accounts', { id: 'acct_gil' });
  await putProfile(api, 'gil', { method: 'bank', destination: { type: 'stripe_account', value: 'acct_gil' } });
  await until('Gil is credited', async () => (await diamondsOf(stage, 'gil')).available === '950');
  print(`  Gil withdraws 950 diamonds to his bank: ${await withdrawAll(api, 'gil')}`);
}

/** It is one of next week, so that nobody who looks around meanwhile is quoted it. */
function campaignOf(coins: number) {
  return {
    ...{ code: 'thank_you', name: 'Thank you', kind: 'bonus', enabled: true, packages: ['us-app-1000'] },
    from: daysAfter(new Date(), 7).toISOString(),
    until: daysAfter(new Date(), 14).toISOString(),
    bonus: { coins },
    ...{ budgetCoins: 100_000, expiresAfterDays: 30, worthBasisPoints: 10_000 },
  };
}

async function publishCampaign({ api, print }: Stage): Promise<void> {
  const path = '/v1/operations/catalog';
  type Kinds = { kinds: { kind: string; latest: string }[] };
  const { kinds } = (await api.get(path, operate)).body as Kinds;
  const baseVersion = kinds.find(({ kind }) => kind === 'campaigns')?.latest;
  const propose = (coins: number) =>
    api.post(
      `${path}/campaigns/proposals`,
      { baseVersion, value: { campaigns: [campaignOf(coins)] }, reason: 'The demo' },
      operate,
    );
  const refused = expectStatus(422, await propose(1_000)).body;
  print(`  An operator proposes to double every 1,000 coins: ${refused.code}, for gifting to oneself would pay`);
  const { body } = expectStatus(201, await propose(100));
  const decision = `${path}/campaigns/proposals/${body.proposalId}/decision`;
  const approval = { decision: 'approve', reason: 'The demo' };
  const own = expectStatus(403, await api.post(decision, approval, operate)).body;
  const approved = expectStatus(200, await api.post(decision, approval, { scope: 'approve' })).body;
  const seconds = (Date.parse(String(approved.takesEffectAt)) - Date.now()) / 1_000;
  if (!(seconds > 0 && seconds <= 61)) throw new Error(`The version takes effect in ${seconds} seconds.`);
  print(`  100 more pass, but whoever proposed it may not approve: ${own.code}`);
  print('  A second operator approves, and a minute later they hold, without a deployment');
}

function grouped(coins: number): string {
  return coins.toLocaleString('en-US');
}
