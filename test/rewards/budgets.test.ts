import { beforeAll, describe, expect, it } from 'vitest';
import { listBudgets } from '../../shared/campaigns/list-budgets.ts';
import { openCampaigns } from '../../shared/campaigns/open-campaigns.ts';
import { usedUpFor } from '../../shared/campaigns/used-up.ts';
import type { Campaign } from '../../shared/catalog/campaign-schema.ts';
import { judgeReferences } from '../../shared/catalog/judge-references.ts';
import { Ads, Challenges } from '../../shared/catalog/reward-schema.ts';
import { watchOf } from '../../shared/catalog/watched-numbers.ts';
import { bonus, discount, expired, fan, later, newCampaigns, now, ordered } from '../campaigns/campaign-world.ts';
import { type World, walletOf } from '../support/people.ts';
import { payOrder } from '../support/wallet-rules.ts';
import { afterLive, duet } from './reward-world.ts';

const short = { ...bonus, budgetCoins: 600 } as const satisfies Campaign;
const off = { ...discount, enabled: false } as const satisfies Campaign;

let world: World;

beforeAll(async () => {
  world = await newCampaigns(short, off);
});

async function budgetAt(at = now) {
  const { campaigns } = await listBudgets(world, at);
  const { reservedCoins, spentCoins, leftCoins } = campaigns.find(({ code }) => code === short.code) ?? {};
  return [reservedCoins, spentCoins, leftCoins];
}

describe('what operators see of budgets', () => {
  it('is reserved while an order is open, spent once it is paid, and left again when it expires', async () => {
    expect(await listBudgets(world, now)).toMatchObject({
      campaigns: [
        { code: 'black_friday', kind: 'bonus', enabled: true, budgetCoins: 600 },
        { code: 'cyber_monday', kind: 'discount', enabled: false, reservedCoins: 0, spentCoins: 0 },
      ],
    });
    const paid = await ordered(world, await fan(world));
    const left = await ordered(world, await fan(world));
    expect(await budgetAt()).toEqual([500, 0, 100]);
    await payOrder(world, paid, later(1));
    expect(await budgetAt(later(1))).toEqual([250, 250, 100]);
    await expired(world, left);
    expect(await budgetAt(later(20))).toEqual([0, 250, 350]);
  });

  it('shows when a buyer finds less than what a campaign would have given', async () => {
    const found = async () => {
      const wallet = await walletOf(world, await fan(world));
      const open = await openCampaigns(world, { wallet, occasion: { region: 'US', channel: 'app', now } });
      return [
        usedUpFor({ packageId: 'us-app-1000', coins: 1_000 }, open),
        usedUpFor({ packageId: 'custom', coins: 1 }, open),
      ];
    };
    expect(await found()).toEqual([[], []]);
    await ordered(world, await fan(world));
    expect(await found()).toEqual([['black_friday'], []]);
  });
});

describe('what is checked of challenges and ads before they are published', () => {
  const codesOf = (findings: { code: string; at: string }[]) => findings.map(({ code, at }) => `${code} ${at}`);

  it('is that regions exist, ids are there once, windows end after they begin, and a reward fits into its budget', () => {
    const value = Challenges.parse({
      challenges: [duet, { ...duet, regions: ['UK'], until: duet.from, budgetCoins: 19 }],
    });
    expect(codesOf(judgeReferences('challenges', value))).toEqual([
      'repeated_id challenges.first_duet',
      'unknown_region challenges.first_duet.regions.UK',
      'contradiction challenges.first_duet',
      'contradiction challenges.first_duet',
    ]);
    const ads = Ads.parse({ placements: [afterLive, { ...afterLive, code: 'other', regions: ['XX'] }] });
    expect(codesOf(judgeReferences('ads', ads))).toEqual([
      'repeated_id placements.adMobUnits.1000666186',
      'unknown_region placements.other.regions.XX',
    ]);
  });

  it('is what each brings, how much and how often', () => {
    const watched = watchOf('challenges').numbers(Challenges.parse({ challenges: [duet] }), []);
    expect(watched.map(({ at }) => at)).toEqual([
      'challenges.first_duet.coins',
      'challenges.first_duet.budgetCoins',
      'challenges.first_duet.timesPerUser',
      'challenges.first_duet.expiresAfterDays',
      'challenges.first_duet.worthBasisPoints',
    ]);
    const numbers = watchOf('ads').numbers(Ads.parse({ placements: [afterLive] }), []);
    expect(numbers.map(({ at }) => at)).toContain('placements.after_live.perUserPerDay');
  });

  it('is that coins for nothing are worth nothing to creators, unless it is said', () => {
    const { worthBasisPoints: _worth, ...plain } = duet;
    expect(Challenges.parse({ challenges: [plain] }).challenges[0]?.worthBasisPoints).toBe(0);
    expect(() => Challenges.parse({ challenges: [{ ...duet, coins: 100_001 }] })).toThrow();
  });
});
