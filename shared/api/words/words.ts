import { accountsWords } from './accounts.ts';
import { catalogWords } from './catalog.ts';
import { creatorsWords } from './creators.ts';
import { eventsWords } from './events.ts';
import { fansWords } from './fans.ts';
import { generalWords } from './general.ts';
import { leaderboardsWords } from './leaderboards.ts';
import { levelsWords } from './levels.ts';
import { payoutRunsWords } from './payout-runs.ts';
import { reconciliationsWords } from './reconciliations.ts';
import { rewardsWords } from './rewards.ts';
import { rulesWords } from './rules.ts';
import { shopWords } from './shop.ts';
import { statementsWords } from './statements.ts';

/** What the names in the API mean, said once for the whole document. Units are named wherever an amount is. */
export const words: Record<string, string> = {
  ...generalWords,
  ...accountsWords,
  ...fansWords,
  ...shopWords,
  ...leaderboardsWords,
  ...levelsWords,
  ...creatorsWords,
  ...eventsWords,
  ...payoutRunsWords,
  ...reconciliationsWords,
  ...rewardsWords,
  ...rulesWords,
  ...statementsWords,
  ...catalogWords,
};
