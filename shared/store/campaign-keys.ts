import type { Key } from './keys.ts';

/** Who took part in a campaign is spread over this many partitions, so that only its budget is one item for everybody. */
export const campaignParts = 16;

/** What a stream filter recognises budgets of campaigns by. */
export const campaignKeyPrefix = 'CAMPAIGN#';
export const campaignBudgetSortKey = 'BUDGET';

export const campaignUsePrefix = 'USE#';
export const campaignLinePrefix = 'TAKEN#';

const challengePrefix = 'challenge.';

/** Under which code the budget of a challenge is counted: as that of a campaign, whose code has no dot. */
export function budgetOfChallenge(challengeId: string): string {
  return `${challengePrefix}${challengeId}`;
}

export function isChallenge(code: string): boolean {
  return code.startsWith(challengePrefix);
}

/** The lines of one user in a campaign, for a query. */
export function campaignLinesOf(line: { code: string; userId: string }): { pk: string; prefix: string } {
  const { pk, sk } = campaignLineKey({ ...line, id: '' });
  return { pk, prefix: sk };
}

/** What is taken of a campaign's budget. */
export function campaignBudgetKey(code: string): Key {
  return { pk: `CAMPAIGN#${code}`, sk: campaignBudgetSortKey };
}

/** What one user has taken of a campaign. */
export function campaignUseKey(use: { code: string; userId: string }): Key {
  return { pk: `CAMPAIGN#${use.code}#${partOf(use.userId)}`, sk: `${campaignUsePrefix}${use.userId}` };
}

/** What one order takes of a campaign. */
export function campaignLineKey(line: { code: string; userId: string; id: string }): Key {
  return {
    pk: `CAMPAIGN#${line.code}#${partOf(line.userId)}`,
    sk: `${campaignLinePrefix}${line.userId}#${line.id}`,
  };
}

/** All that a campaign has, for whoever adds it up. */
export function campaignPartitions(code: string): string[] {
  return [
    campaignBudgetKey(code).pk,
    ...Array.from({ length: campaignParts }, (_, part) => `CAMPAIGN#${code}#${twoDigits(part)}`),
  ];
}

function partOf(userId: string): string {
  let hash = 0;
  for (const character of userId) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return twoDigits(hash % campaignParts);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
