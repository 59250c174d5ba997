import { addDays, dayOf } from '../calendar.ts';
import { scale } from '../money/units.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type GivenLine, parseGivenWorth } from '../store/items/given-worth.ts';
import { fullWorthBasisPoints } from '../store/items/wallet.ts';
import { givenLineKey, givenWorthKey } from '../store/keys.ts';
import type { Item } from '../store/table.ts';
import type { Write } from '../store/write.ts';

export type Giving = Pick<GivenLine, 'by' | 'id' | 'givenBy'> & {
  /** As `worthOf` has it. */
  worthCoins: number | undefined;
  /** As much as all operators may give in a day, in coins of full worth; a version of the catalogue says it, which two have published. */
  mostWorthCoins: number;
  now: Date;
};

/** What coins are worth to creators, in coins of full worth; nothing when each is worth nothing, as without `worthBasisPoints`. */
export function worthOf(coins: number, worthBasisPoints = 0): { worthCoins?: number } {
  const worthCoins = scale(coins, {
    numerator: worthBasisPoints,
    denominator: fullWorthBasisPoints,
    rounding: 'up',
  });
  return worthCoins === 0 ? {} : { worthCoins };
}

/**
 * Counts what an operator gives against what all may give in a day (UTC), in the transaction that gives it: `grant_limit_reached` where the rest
 * of the day does not hold it. Coins that are worth nothing to creators count nothing.
 */
export function countGiven(giving: Giving): Write<Refusal>[] {
  const { by, id, givenBy, worthCoins, mostWorthCoins, now } = giving;
  if (worthCoins === undefined) return [];
  const day = dayOf(now);
  const most = mostWorthCoins - worthCoins;
  const line: GivenLine = { day, by, id, worthCoins, givenBy };
  const failure = (current?: Item) => limitReached({ current, day, worthCoins, mostWorthCoins });
  return [
    {
      update: {
        Key: givenWorthKey(day),
        // On a day on which nothing was given yet too, more than the whole is never given.
        ConditionExpression: `${most < 0 ? '' : 'attribute_not_exists(worthCoins) OR '}worthCoins <= :most`,
        UpdateExpression: 'SET #day = :day, worthCoins = if_not_exists(worthCoins, :none) + :worth',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: { ':day': day, ':worth': worthCoins, ':none': 0, ':most': most },
      },
      failure,
    },
    {
      put: { Item: { ...givenLineKey(line), ...line }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => failure(),
    },
  ];
}

type Reached = { current: Item | undefined; day: string; worthCoins: number; mostWorthCoins: number };

function limitReached({ current, day, worthCoins, mostWorthCoins }: Reached): Refusal {
  const left = Math.max(0, mostWorthCoins - (current ? parseGivenWorth(current).worthCoins : 0));
  return refuse(
    'grant_limit_reached',
    `It is worth ${worthCoins} coins to creators. Operators may give ${mostWorthCoins} a day; ${left} are left: give coins of less worth, or publish another limit.`,
    {
      limit: mostWorthCoins,
      left,
      worthCoins,
      ...(worthCoins <= mostWorthCoins && { freeAt: `${addDays(day, 1)}T00:00:00.000Z` }),
    },
  );
}
