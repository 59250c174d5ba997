import { Construct } from 'constructs';
import type { ListCampaignsEnvironment } from '../shared/campaigns/environments.ts';
import { listCampaignsRoute } from '../shared/campaigns/routes.ts';
import type {
  ReceiveAdMobRewardEnvironment,
  ReceiveAdRewardEnvironment,
  RewardsEnvironment,
} from '../shared/rewards/environments.ts';
import { enterChallengeRoute, listChallengesRoute } from '../shared/rewards/routes.ts';
import { receiveAdMobRewardRoute, receiveAdRewardRoute } from '../shared/rewards/webhook-routes.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import { SigningSecret } from './signing-secret.ts';

/** The same for all apps of AdMob, in every stage. */
const adMobKeysUrl = 'https://www.gstatic.com/admob/reward/verifier-keys.json';

/** What users get for challenges and for ads that they watch. The secret is kept, so that it stands in the main stack. */
export class Rewards extends Construct {
  readonly signing: SigningSecret;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    this.signing = new SigningSecret(this, 'Signing', { ...foundation, signs: "what the app's server tells of ads" });
    new RewardFunctions(this, 'Functions', { ...foundation, signing: this.signing });
  }
}

type RewardFoundation = Foundation & { signing: SigningSecret };

class RewardFunctions extends Capability {
  constructor(scope: Construct, id: string, foundation: RewardFoundation) {
    super(scope, id, foundation, 'challenges, rewarded ads, and what is left of budgets');
    this.addChallenges(foundation);
    this.addAds(foundation);
    this.addBudgets(foundation);
  }

  private addChallenges(foundation: RewardFoundation): void {
    const { ledger, api } = foundation;
    const list = new TributaryFunction<typeof RewardsEnvironment>(this, 'ListChallenges', foundation, {
      code: 'rewards/list-challenges',
      trigger: 'request',
      environment: tablesOf(foundation),
      impact: 'Fans do not see which challenges there are.',
    });
    ledger.grantListChallenges(list);
    api.serve(listChallengesRoute, list);

    const enter = new TributaryFunction<typeof RewardsEnvironment>(this, 'EnterChallenge', foundation, {
      code: 'rewards/enter-challenge',
      trigger: 'request',
      environment: tablesOf(foundation),
      impact: 'Entries in challenges are not rewarded until the app sends them again.',
    });
    ledger.grantEnterChallenge(enter);
    api.serve(enterChallengeRoute, enter);
  }

  private addAds(foundation: RewardFoundation): void {
    const { ledger, api, signing } = foundation;
    const receive = new TributaryFunction<typeof ReceiveAdRewardEnvironment>(this, 'ReceiveAdReward', foundation, {
      code: 'rewards/receive-ad-reward',
      trigger: 'request',
      environment: { ...tablesOf(foundation), AD_SIGNING_SECRET_ID: signing.secret.secretArn },
      impact: "Fans get no coins for ads that the app's server tells of, until it tells of them again.",
    });
    ledger.grantRewardAd(receive);
    signing.grantRead(receive);
    api.serveOpenly(
      receiveAdRewardRoute,
      receive,
      "Whoever serves ads has no token: the app's server signs the body with the secret of the stage, which is the proof.",
    );

    const receiveAdMob = new TributaryFunction<typeof ReceiveAdMobRewardEnvironment>(
      this,
      'ReceiveAdMobReward',
      foundation,
      {
        code: 'rewards/receive-admob-reward',
        trigger: 'request',
        environment: { ...tablesOf(foundation), ADMOB_KEYS_URL: adMobKeysUrl },
        impact: 'Fans get no coins for ads of AdMob, which repeats a callback five times within seconds and no more.',
        // Fetching Google's keys may take five, and the writes as long.
        timeoutSeconds: 15,
      },
    );
    ledger.grantRewardAd(receiveAdMob);
    api.serveOpenly(
      receiveAdMobRewardRoute,
      receiveAdMob,
      'AdMob has no token: its signature over the query, by a key that Google publishes, is the proof.',
    );
  }

  private addBudgets(foundation: RewardFoundation): void {
    const { ledger, api } = foundation;
    const list = new TributaryFunction<typeof ListCampaignsEnvironment>(this, 'ListCampaigns', foundation, {
      code: 'campaigns/list-campaigns',
      trigger: 'request',
      environment: tablesOf(foundation),
      impact: 'Operators do not see what is left of campaigns and challenges.',
      // A hundred orders a request: ten thousand that are open take a few seconds.
      timeoutSeconds: 20,
    });
    ledger.grantListBudgets(list);
    api.serve(listCampaignsRoute, list);
  }
}

function tablesOf({ ledger }: Foundation) {
  return { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName };
}
