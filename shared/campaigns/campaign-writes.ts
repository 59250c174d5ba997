import { campaignBudgetKey, campaignLineKey, campaignUseKey } from '../store/campaign-keys.ts';
import type { CampaignLine, CampaignUse } from '../store/items/campaign.ts';
import type { Write } from '../store/write.ts';
import { withReleased, withTaken } from './campaign-use.ts';

type Part = Omit<CampaignLine, 'state' | 'at'>;

/** `use` is what the user holds before, `budgetCoins` what the campaign may give in all. */
export type Taking = Part & { use: CampaignUse; budgetCoins: number; now: Date };

/**
 * Takes coins of a campaign for an order: the budget by a condition that it still holds them, the user's use at the version
 * it was decided from, and the line that accounts for both. An order that had released its part may take it again.
 */
export function takePart<Failure>(taking: Taking, failure: Failure): Write<Failure>[] {
  const { use, budgetCoins, now, ...part } = taking;
  const { code, coins } = part;
  return [
    {
      update: {
        Key: campaignBudgetKey(code),
        ConditionExpression: 'attribute_not_exists(takenCoins) OR takenCoins <= :most',
        UpdateExpression: 'SET code = :code, takenCoins = if_not_exists(takenCoins, :none) + :coins',
        ExpressionAttributeValues: { ':code': code, ':coins': coins, ':none': 0, ':most': budgetCoins - coins },
      },
      failure: () => failure,
    },
    writeUse(withTaken(use, coins), failure),
    writeLine({ ...part, state: 'taken', at: now.toISOString() }, failure),
  ];
}

/** Gives back what an order held, once: its line says whether it still holds it. */
export function releasePart<Failure>(
  { use, now, ...part }: Omit<Taking, 'budgetCoins'>,
  failure: Failure,
): Write<Failure>[] {
  const { code, coins } = part;
  return [
    {
      update: {
        Key: campaignBudgetKey(code),
        ConditionExpression: 'takenCoins >= :coins',
        UpdateExpression: 'SET takenCoins = takenCoins - :coins',
        ExpressionAttributeValues: { ':coins': coins },
      },
      failure: () => failure,
    },
    writeUse(withReleased(use, coins), failure),
    writeLine({ ...part, state: 'released', at: now.toISOString() }, failure),
  ];
}

function writeUse<Failure>(use: CampaignUse, failure: Failure): Write<Failure> {
  return {
    put: {
      Item: { ...campaignUseKey(use), ...use, version: use.version + 1 },
      ...(use.version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': use.version } }),
    },
    failure: () => failure,
  };
}

function writeLine<Failure>(line: CampaignLine, failure: Failure): Write<Failure> {
  const isTaken = line.state === 'taken';
  return {
    put: {
      Item: { ...campaignLineKey(line), ...line },
      ConditionExpression: isTaken ? 'attribute_not_exists(pk) OR #state = :before' : '#state = :before',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':before': isTaken ? 'released' : 'taken' },
    },
    failure: () => failure,
  };
}
