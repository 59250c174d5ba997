import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import { type EventSource, type EventTypeName, eventTypes } from '../shared/events/event-types.ts';
import { entryKeyPrefix, headKey, walletKeyPrefix } from '../shared/store/keys.ts';
import { levelPrefix } from '../shared/store/level-keys.ts';

const walletHead = {
  pk: { S: FilterRule.beginsWith(walletKeyPrefix) },
  sk: { S: FilterRule.isEqual(headKey) },
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
  if (sources.includes('outbox')) patterns.push({ dynamodb: { Keys: walletHead } });
  else if (sources.includes('wallet status'))
    // Few wallets have ever been frozen; these pass with all their changes.
    patterns.push({
      dynamodb: { Keys: walletHead, NewImage: { statusChange: { M: { at: { S: FilterRule.exists() } } } } },
    });
  const items = [
    ...(sources.includes('payout') ? FilterRule.isEqual('PAYOUT') : []),
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
