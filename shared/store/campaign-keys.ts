import type { Key } from './keys.ts';

/** Who took part in a campaign is spread over this many partitions, so that only its budget is one item for everybody. */
export const campaignParts = 16;

/** What a stream filter recognises budgets of campaigns by. */
export const campaignKeyPrefix = 'CAMPAIGN#';
export const campaignBudgetSortKey = 'BUDGET';

export const campaignUsePrefix = 'USE#';
export const campaignLinePrefix = 'TAKEN#';

/** What is taken of a campaign's budget. */
export function campaignBudgetKey(code: string): Key {
  return { pk: `CAMPAIGN#${code}`, sk: campaignBudgetSortKey };
}

/** What one user has taken of a campaign. */
export function campaignUseKey(use: { code: string; userId: string }): Key {
  return { pk: campaignPartition(use.code, partOf(use.userId)), sk: `${campaignUsePrefix}${use.userId}` };
}

/** What one order takes of a campaign. */
export function campaignLineKey(line: { code: string; userId: string; id: string }): Key {
  return {
    pk: campaignPartition(line.code, partOf(line.userId)),
    sk: `${campaignLinePrefix}${line.userId}#${line.id}`,
  };
}

/** All that a campaign has, for whoever adds it up. */
export function campaignPartitions(code: string): string[] {
  return [
    campaignBudgetKey(code).pk,
    ...Array.from({ length: campaignParts }, (_, part) => campaignPartition(code, part)),
  ];
}

function campaignPartition(code: string, part: number): string {
  return `CAMPAIGN#${code}#${String(part).padStart(2, '0')}`;
}

function partOf(userId: string): number {
  let hash = 0;
  for (const character of userId) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return hash % campaignParts;
}
