import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import type { AdPlacement, Challenge } from '../../shared/catalog/reward-schema.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import type { AdView } from '../../shared/rewards/ad-view.ts';
import { type EnterChallenge, enterChallenge } from '../../shared/rewards/enter-challenge.ts';
import { type AdOutcome, rewardAd } from '../../shared/rewards/reward-ad.ts';
import { patiently } from '../support/patiently.ts';
import { newWorld, register, type World } from '../support/people.ts';

export const now = new Date('2026-11-21T12:00:00.000Z');
export const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

export const duet = {
  code: 'first_duet',
  nameKey: 'challenge.first_duet',
  enabled: true,
  from: '2026-11-20T00:00:00.000Z',
  until: '2026-12-01T00:00:00.000Z',
  coins: 20,
  budgetCoins: 1_000_000,
  timesPerUser: 1,
  worthBasisPoints: 0,
  expiresAfterDays: 30,
} as const satisfies Challenge;

export const afterLive = {
  code: 'after_live',
  nameKey: 'ads.after_live',
  enabled: true,
  coins: 3,
  perUserPerDay: 5,
  worthBasisPoints: 0,
  expiresAfterDays: 7,
  adMobUnits: ['1000666186'],
} as const satisfies AdPlacement;

/** A world with these challenges and placements in force. */
export async function newRewards(challenges: Challenge[], placements: AdPlacement[] = []): Promise<World> {
  return withRewards(await newWorld(now), new Date(now.getTime() - 60_000), challenges, placements);
}

export async function withRewards(
  world: World,
  from: Date,
  challenges: Challenge[],
  placements: AdPlacement[] = [],
): Promise<World> {
  const version = { version: `of ${from.toISOString()}`, effectiveAt: from.toISOString() };
  await putVersion(world.catalogTable, 'challenges', { ...version, value: { challenges } });
  await putVersion(world.catalogTable, 'ads', { ...version, value: { placements } });
  return { ...world, catalog: openCatalog(world.catalogTable) };
}

let fans = 0;

export async function fan(world: World): Promise<string> {
  fans += 1;
  const userId = `watcher-${fans}`;
  await register(world, userId, now);
  return userId;
}

type Change = Partial<EnterChallenge>;

export function enter(world: World, userId: string, change: Change = {}) {
  const at = change.now ?? now;
  const entryId = newId(at);
  const command = { userId, challengeId: duet.code, entryId, proofId: `video-${entryId}`, now: at, ...change };
  return patiently(() => enterChallenge(world, command));
}

let transactions = 0;

export function view(userId: string, change: Partial<AdView> = {}): AdView {
  transactions += 1;
  const shownIn = { placement: afterLive.code };
  return { network: 'unity', transactionId: `t-${transactions}`, userId, shownIn, ...change };
}

export function watch(world: World, seen: AdView, at = now): Promise<AdOutcome> {
  return patiently(() => rewardAd(world, seen, at));
}

export function done<Result>(result: Result | Refusal): Result {
  if (isRefusal(result)) throw new Error(`refused: ${result.code}: ${result.detail}`);
  return result;
}

/** The code of a refusal, and its reason where it has one. */
export function refusalOf(result: unknown): string {
  if (!isRefusal(result)) return 'done';
  return result.facts.reason === undefined ? result.code : `${result.code} (${result.facts.reason})`;
}

export async function differences({ ledger }: World): Promise<string[]> {
  const report = await auditLedger(ledger);
  return report.differences.map(({ subject, measure, delta }) => `${subject.kind} ${subject.id}: ${measure} ${delta}`);
}
