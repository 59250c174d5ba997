import { newId } from '../../shared/identifiers.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { receiveStripeConnectEvent } from '../../shared/payouts/receive-stripe-connect-event.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import { submitPayouts } from '../../shared/payouts/submit-payouts.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectSecrets, startConnectDesk } from '../providers/connect-desk.ts';
import { startWebhookReceiver } from '../providers/webhook-receiver.ts';
import { creditDiamonds } from '../support/credits.ts';
import { fanWith } from '../support/people.ts';
import { openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { sum, type Usage } from './meter.ts';

/** Stripe tells that the bank is being paid, and that it was. */
export const bankEvents = 2;

const creatorId = 'cy';
const accountId = 'acct_cy';

/** A payout to the bank of a creator whose diamonds are in one shard, as `countPayout` counts one by PayPal. */
export async function countBankPayout(ground: Ground): Promise<Usage> {
  const path = await openGiftPath(ground, { counting: true, creatorIds: [creatorId] });
  const { ledger, catalog } = path.world;
  const receiver = await startWebhookReceiver();
  const desk = await startConnectDesk(() => receiver.url);
  try {
    await desk.steer('accounts', { id: accountId });
    await fanWith(path.world, { userId: 'ana', coins: 1_000_000, now: new Date() });
    await prepareCreator(path.world);
    path.meter.begin('payout');
    const now = new Date();
    const payoutId = newId(now);
    const command = { payoutId, creatorId, asked: 'all', requestedBy: 'bench', now };
    const requested = await requestPayout({ ledger, catalog, payouts: path.queue }, command);
    if (isRefusal(requested)) throw new Error(requested.code);
    const provider = desk.connect();
    const run = { payoutIds: [payoutId], now: new Date(), remainingMilliseconds: () => 60_000 };
    const failures = await submitPayouts({ ledger, providers: { bank: async () => provider } }, run);
    for (const failure of failures.values()) throw failure;
    await desk.steer(`payouts/${payoutId}/pay`);
    const webhookSecrets = [connectSecrets.connectWebhookSecret, connectSecrets.accountWebhookSecret];
    for (const { rawBody, headers } of await receiver.waitFor(bankEvents)) {
      const delivery = { rawBody, signatureHeader: headers['stripe-signature'], webhookSecrets, now: new Date() };
      await receiveStripeConnectEvent({ ledger, provider }, delivery);
    }
    return sum(path.meter.parts.get('payout')?.values() ?? []);
  } finally {
    await Promise.all([desk.close(), receiver.close()]);
  }
}

async function prepareCreator(world: Parameters<typeof fanWith>[0]): Promise<void> {
  const now = new Date();
  await creditDiamonds(world.ledger, { coins: 6_400, creatorId, shard: 0 }, now);
  const profile = await putPayoutProfile(world.ledger, {
    creatorId,
    method: 'bank',
    destination: { type: 'stripe_account', value: accountId },
    schedule: 'none',
    identity: { state: 'verified' },
    changedBy: 'bench',
    now,
  });
  if (isRefusal(profile)) throw new Error(profile.code);
}
