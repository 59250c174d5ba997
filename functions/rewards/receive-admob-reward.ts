import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { readAdMobCallback } from '../../shared/providers/admob-callback.ts';
import { openAdMobKeys } from '../../shared/providers/admob-keys.ts';
import { countAd } from '../../shared/rewards/count-ad.ts';
import { ReceiveAdMobRewardEnvironment } from '../../shared/rewards/environments.ts';
import { rewardAd } from '../../shared/rewards/reward-ad.ts';
import { receiveAdMobRewardRoute } from '../../shared/rewards/webhook-routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReceiveAdMobRewardEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const keys = openAdMobKeys(environment.ADMOB_KEYS_URL);

export const handler = webhook(receiveAdMobRewardRoute.operationId, async ({ rawQuery, now }) => {
  const view = await readAdMobCallback({ rawQuery, keys, now });
  countAd(view, await rewardAd({ ledger, catalog }, view, now));
});
