import { setTimeout as delay } from 'node:timers/promises';
import { isClean } from '../../shared/operations/run-audit.ts';
import { type ApiAnswer, type ApiClient, apiClient } from './api-client.ts';
import type { LocalCloud } from './cloud.ts';
import { auditCloud, printBooks } from './print-books.ts';
import type { Print } from './progress.ts';

/**
 * Plays the main story once, through the HTTPS API and the providers' simulators: Ana buys 3 × 1,000 coins and sends
 * Cy a Rose, a Luxury Car and a tip; Cy is credited 1,400 diamonds and withdraws them. Then prints the books.
 * @throws Error when any step does not come out as it should.
 */
export async function playDemo(cloud: LocalCloud, print: Print): Promise<void> {
  const api = apiClient(cloud);
  print('');
  print('The demo story');
  await registerPeople(api);
  print('  Ana opens a wallet; Cyril registers as the creator Cy');
  for (let bought = 1; bought <= 3; bought++) await buyCoins(cloud, api);
  print('  Ana buys 3 × 1,000 coins at 12.99 USD through Stripe');
  const coins = await sendGifts(api);
  print(`  Ana sends a Rose (1), a Luxury Car (2,699) and a tip (100), and has ${coins} coins left`);
  await until('Cy is credited', async () => diamondsOf(await api.get('/v1/creators/cy/earnings')).available === '1400');
  print('  Cy is credited 1,400 diamonds');
  print(`  Cy withdraws them through PayPal: ${await withdraw(api)}`);
  print('');
  print('The books');
  const report = await auditCloud(cloud);
  printBooks(report, print);
  print('');
  if (!isClean(report)) throw new Error('The books do not balance.');
}

async function registerPeople(api: ApiClient): Promise<void> {
  for (const userId of ['ana', 'cyril'])
    expectStatus(200, await api.put(`/v1/users/${userId}`, { region: 'US', birthDate: '1995-04-12' }));
  expectStatus(200, await api.put('/v1/creators/cy', { ownerUserId: 'cyril', region: 'US', giftsEnabled: true }));
  const profile = {
    method: 'paypal',
    destination: { type: 'email', value: 'cy@example.com' },
    schedule: 'none',
    identity: { state: 'verified' },
  };
  expectStatus(200, await api.put('/v1/creators/cy/payout-profile', profile));
}

async function buyCoins(cloud: LocalCloud, api: ApiClient): Promise<void> {
  const order = { userId: 'ana', packageId: 'us-app-1000', channel: 'app', provider: 'stripe' };
  const { body } = expectStatus(201, await api.post('/v1/recharges', order));
  const { paymentIntentId } = body.checkout as { paymentIntentId: string };
  const paid = await fetch(`${cloud.simulators.stripe}/_control/payment_intents/${paymentIntentId}/pay`, {
    method: 'POST',
  });
  if (!paid.ok) throw new Error(`The payment simulator answered ${paid.status}.`);
  await until(
    'the coins arrive',
    async () => (await api.get(`/v1/recharges/${body.rechargeId}`)).body.state === 'paid',
  );
}

async function sendGifts(api: ApiClient): Promise<number> {
  const gifts = [
    { gift: 'rose', unitPrice: 1 },
    { gift: 'luxury_car', unitPrice: 2699 },
    { gift: 'tip', unitPrice: 100 },
  ];
  let coins = 0;
  for (const gift of gifts) {
    const context = { type: 'live', id: 'live-1' };
    const sent = await api.post('/v1/gifts', { senderId: 'ana', creatorId: 'cy', quantity: 1, context, ...gift });
    coins = (expectStatus(201, sent).body.wallet as { coins: number }).coins;
  }
  return coins;
}

/** Withdraws everything and waits until the provider has paid; a sentence of what became of it. */
async function withdraw(api: ApiClient): Promise<string> {
  const { body } = expectStatus(202, await api.post('/v1/payouts', { creatorId: 'cy', diamonds: 'all' }));
  await until('the payout is paid', async () => (await api.get(`/v1/payouts/${body.payoutId}`)).body.state === 'paid');
  const [gross, fee, net] = [body.gross, body.fee, body.net].map((cash) =>
    ((cash as { amount: number }).amount / 100).toFixed(2),
  );
  return `${gross} USD less a fee of ${fee}, ${net} paid`;
}

function diamondsOf({ body }: ApiAnswer): Record<string, unknown> {
  return body.diamonds as Record<string, unknown>;
}

function expectStatus(status: number, answer: ApiAnswer): ApiAnswer {
  if (answer.status === status) return answer;
  throw new Error(`Expected the status ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

const patienceSeconds = 30;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceSeconds} seconds until ${what}.`);
    await delay(100);
  }
}
