import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { verifyWebhook } from '../../shared/http/verify-webhook.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { readAdReward } from '../../shared/rewards/ad-webhook.ts';
import { countAd } from '../../shared/rewards/count-ad.ts';
import { ReceiveAdRewardEnvironment } from '../../shared/rewards/environments.ts';
import { rewardAd } from '../../shared/rewards/reward-ad.ts';
import { receiveAdRewardRoute } from '../../shared/rewards/webhook-routes.ts';
import { openSecret, WebhookSigningSecret } from '../../shared/secrets.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReceiveAdRewardEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const readKeys = openSecret(environment.AD_SIGNING_SECRET_ID, WebhookSigningSecret);

export const handler = webhook(receiveAdRewardRoute.operationId, async (delivery) => {
  verifyWebhook(delivery, await readKeys());
  const view = readAdReward(delivery.rawBody);
  countAd(view, await rewardAd({ ledger, catalog }, view, delivery.now));
});
