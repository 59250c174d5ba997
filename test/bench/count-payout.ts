import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { newId } from '../../shared/identifiers.ts';
import { payPalPayoutProvider } from '../../shared/payouts/paypal-payout-provider.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { receivePayPalEvent } from '../../shared/payouts/receive-paypal-event.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import { submitPayouts } from '../../shared/payouts/submit-payouts.ts';
import { createPayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { createPayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { createPayPalWebhookReader } from '../../shared/providers/paypal-webhook.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { startWebhookReceiver, steer } from '../providers/webhook-receiver.ts';
import { creditDiamonds } from '../support/credits.ts';
import { fanWith } from '../support/people.ts';
import { openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { perGift, sum, type Usage } from './meter.ts';

/**
 * A payout of a creator whose diamonds are in so many shards: a quiet one has one, a hot one all 64. With others in its batch, it
 * is one of as many.
 */
export async function countPayout(
  ground: Ground,
  { shards, inBatch = 1 }: { shards: number; inBatch?: number },
): Promise<Usage> {
  const creatorIds = Array.from({ length: inBatch }, (_, creator) => `cy-${creator}`);
  const path = await openGiftPath(ground, { counting: true, creatorIds });
  const { ledger } = path.world;
  const receiver = await startWebhookReceiver();
  const credentials = { clientId: 'client', clientSecret: 'secret' };
  const simulator = await startPayPalSimulator({ ...credentials, webhookId: 'WH-1', webhookUrl: () => receiver.url });
  try {
    await steer(simulator.url, 'payouts', { autoComplete: false });
    const payouts = createPayPalPayouts({ ...credentials, apiUrl: simulator.url, timeoutSeconds: 5 });
    const orders = createPayPalOrders({ ...credentials, apiUrl: simulator.url, timeoutSeconds: 5 });
    const webhooks = createPayPalWebhookReader({ webhookId: 'WH-1', certificateOrigins: [simulator.url] });
    await fanWith(path.world, { userId: 'ana', coins: 1_000_000, now: new Date() });
    for (const creatorId of creatorIds) await prepareCreator(path.world, { creatorId, shards });
    path.meter.begin('payout');
    const payoutIds: string[] = [];
    for (const creatorId of creatorIds) {
      const now = new Date();
      const command = { payoutId: newId(now), creatorId, asked: 'all', requestedBy: 'bench', now };
      const requested = await requestPayout({ ledger, catalog: path.world.catalog, payouts: path.queue }, command);
      if (isRefusal(requested)) throw new Error(requested.code);
      payoutIds.push(requested.payout.payoutId);
    }
    const providers = { paypal: async () => payPalPayoutProvider(payouts) };
    const run = { now: new Date(), remainingMilliseconds: () => 60_000 };
    const failures = await submitPayouts({ ledger, providers }, { payoutIds, ...run });
    if (failures.size > 0) throw new Error(`${failures.size} payouts were not submitted`);
    for (const payoutId of payoutIds) await steer(simulator.url, `payouts-items/${payoutId}/complete`);
    for (const { rawBody, headers } of await receiver.waitFor(inBatch))
      await receivePayPalEvent(
        { ledger, catalog: path.world.catalog, paypal: { payouts, orders, webhooks } },
        { rawBody, headers, now: new Date() },
      );
    return perGift(sum(path.meter.parts.get('payout')?.values() ?? []), inBatch);
  } finally {
    await Promise.all([simulator.close(), receiver.close()]);
  }
}

type Prepared = { creatorId: string; shards: number };

async function prepareCreator(world: Parameters<typeof fanWith>[0], { creatorId, shards }: Prepared): Promise<void> {
  const now = new Date();
  for (let shard = 0; shard < shards; shard++)
    await creditDiamonds(world.ledger, { coins: Math.ceil(6_400 / shards), creatorId, shard }, now);
  const profile = await putPayoutProfile(world.ledger, {
    creatorId,
    method: 'paypal',
    destination: { type: 'email', value: 'cy@example.com' },
    schedule: 'none',
    identity: { state: 'verified' },
    changedBy: 'bench',
    now,
  });
  if (isRefusal(profile)) throw new Error(profile.code);
}
