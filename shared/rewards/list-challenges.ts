import type * as z from 'zod/mini';
import { readTaken } from '../campaigns/campaign-use.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Refusal } from '../refusals.ts';
import { budgetOfChallenge, campaignLinesOf } from '../store/campaign-keys.ts';
import { parseCampaignLine } from '../store/items/campaign.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { queryAll, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { closedBecause, rewardsLeft } from './open-challenges.ts';
import type { ChallengesAnswer } from './schemas.ts';

type Listed = z.input<typeof ChallengesAnswer>;

/** The challenges that are on where the user is, what is left of each, and what the user was rewarded for. Refusal: `user_not_found`. */
export async function listChallenges(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { userId, now }: { userId: string; now: Date },
): Promise<Listed | Refusal> {
  const item = await readItem(ledger, walletKey(userId));
  if (!item) return userNotFound(userId);
  const { region } = parseWallet(item);
  const { value } = await catalog.current('challenges', now);
  const open = value.challenges.filter((challenge) => closedBecause(challenge, { region, now }) === undefined);
  const codes = open.map(({ code }) => budgetOfChallenge(code));
  // All who look at challenges ask for this: the reads of a budget are left to the entries.
  const [taken, entries] = await Promise.all([
    readTaken(ledger, { codes, userId, isConsistent: false }),
    Promise.all(open.map(({ code: challengeId }) => entriesOf(ledger, { challengeId, userId }))),
  ]);
  const challenges = open.map((challenge, position) => {
    const { code: challengeId, nameKey, from, until, task, coins, expiresAfterDays, worthBasisPoints } = challenge;
    const own = entries[position] ?? [];
    return {
      ...{ challengeId, nameKey, from, until, coins, expiresAfterDays, worthBasisPoints },
      ...(task && { task }),
      rewardsLeft: rewardsLeft(challenge, taken.get(budgetOfChallenge(challengeId))?.budget),
      entriesLeft: Math.max(0, challenge.timesPerUser - own.length),
      entries: own,
    };
  });
  return { userId, challenges };
}

/** There are at most as many as one user may have. */
async function entriesOf(ledger: Table, { challengeId, userId }: { challengeId: string; userId: string }) {
  const { pk, prefix } = campaignLinesOf({ code: budgetOfChallenge(challengeId), userId });
  const entries = [];
  for await (const item of queryAll(ledger, {
    KeyConditionExpression: 'pk = :part AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':part': pk, ':prefix': prefix },
    ConsistentRead: true,
  })) {
    const { id: proofId, coins, at: rewardedAt } = parseCampaignLine(item);
    entries.push({ proofId, coins, rewardedAt });
  }
  return entries.toSorted((one, other) => (one.rewardedAt < other.rewardedAt ? 1 : -1));
}
