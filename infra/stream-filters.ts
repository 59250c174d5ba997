import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import { type EventSource, type EventTypeName, eventTypes } from '../shared/events/event-types.ts';
import { closureSortKey } from '../shared/store/account-keys.ts';
import { campaignBudgetSortKey } from '../shared/store/campaign-keys.ts';
import { entryKeyPrefix, headKey, walletKeyPrefix } from '../shared/store/keys.ts';
import { levelPrefix } from '../shared/store/level-keys.ts';

const walletHead = {
  pk: { S: FilterRule.beginsWith(walletKeyPrefix) },
  sk: { S: FilterRule.isEqual(headKey) },
};

function walletsWith(image: Record<string, unknown>): Record<string, unknown> {
  return { dynamodb: { Keys: walletHead, NewImage: image } };
}

/** Items all of whose changes pass: there are few. */
const sortKeys: Partial<Record<string, string>> = {
  payout: 'PAYOUT',
  closure: closureSortKey,
  campaign: campaignBudgetSortKey,
};

/** What leaderboards are counted from, whether or not anybody is told of it. */
const countedFlows = ['credit', 'reversal', 'reversal_undone'];

/**
 * What the announcer is given of the ledger's stream: the changes that some type of event or a score comes from, and no others, so
 * that types which do not go out cost nothing. Lambda takes five filters for one source.
 */
export function streamFilters(types: readonly EventTypeName[]): ReturnType<typeof FilterCriteria.filter>[] {
  const sources = types.map((type): EventSource => eventTypes[type].source);
  const told = sources.flatMap((source) => (typeof source === 'object' ? [source.entry] : []));
  const flows = [...new Set([...told, ...countedFlows])];
  const patterns: Record<string, unknown>[] = [
    {
      eventName: FilterRule.isEqual('INSERT'),
      dynamodb: {
        Keys: { sk: { S: FilterRule.beginsWith(entryKeyPrefix) } },
        NewImage: { flow: { S: FilterRule.or(...flows) } },
      },
    },
  ];
  if (sources.includes('outbox') || sources.includes('budget')) patterns.push({ dynamodb: { Keys: walletHead } });
  else {
    // Few wallets have ever been frozen, and not many have promotional coins; these pass with all their changes.
    if (sources.includes('wallet status'))
      patterns.push(walletsWith({ statusChange: { M: { at: { S: FilterRule.exists() } } } }));
    if (sources.includes('lots')) patterns.push(walletsWith({ dueAt: { S: FilterRule.exists() } }));
  }
  const whole = sources.flatMap((source) => (typeof source === 'string' ? (sortKeys[source] ?? []) : []));
  const items = [
    ...(whole.length > 0 ? FilterRule.or(...new Set(whole)) : []),
    ...(sources.includes('level') ? FilterRule.beginsWith(levelPrefix) : []),
  ];
  if (items.length > 0) patterns.push({ dynamodb: { Keys: { sk: { S: items } } } });
  if (sources.includes('payout run'))
    patterns.push({
      dynamodb: {
        Keys: { sk: { S: FilterRule.isEqual('RUN') } },
        NewImage: { state: { S: FilterRule.isEqual('finished') } },
      },
    });
  return patterns.map((pattern) => FilterCriteria.filter(pattern));
}
