import type { ConnectBooksReport } from '../../../infra/local/simulators/stripe-connect-books.ts';
import { addDays, dayOf } from '../../../shared/calendar.ts';
import type { PayoutProfileBody } from '../../../shared/payouts/schemas.ts';
import { callApi } from '../call.ts';
import { type Chance, chanceAt } from '../chance.ts';
import { subjects } from '../history.ts';
import { look, steer } from '../providers.ts';
import type { World } from '../world.ts';
import { keyAt } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { pickCreator } from './people.ts';

type NewPayout = { payoutId: string; body: { creatorId: string; diamonds: string } };

/** A creator withdraws; sometimes two devices of a creator do so at once. */
export async function askForPayout(operation: Operation): Promise<void> {
  const payout = payoutOf(operation);
  const { chance, now } = operation;
  const rival = { ...payout, payoutId: keyAt(now, chance) };
  const asked = chance.happens(0.2) ? [payout, rival] : [payout];
  await Promise.all(asked.map((one, copy) => ask(operation, one, copy)));
}

export async function askForPayoutAgain(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'payout');
  if (!earlier) return;
  const { payoutId, body } = payoutOf(earlier);
  const diamonds = operation.chance.happens(0.12) ? '123' : body.diamonds;
  await ask(operation, { payoutId, body: { ...body, diamonds } }, 0);
}

export function payoutOf({ world, chance, now }: Operation): NewPayout {
  const creatorId = pickCreator(world.scale, chance);
  const diamonds = chance.pick(['all', 'all', 'all', '100', '101', '150.5', '200', '350', '1000', '4000']);
  return { payoutId: keyAt(now - chance.below(1_000), chance), body: { creatorId, diamonds } };
}

async function ask({ world, number }: Operation, { payoutId, body }: NewPayout, copy: number): Promise<void> {
  const subject = subjects.payout(payoutId);
  const view = world.views.payouts;
  const attempt = view.begin(subject, { creatorId: body.creatorId, asked: body.diamonds });
  const about = [subject, subjects.creator(body.creatorId)];
  const answer = await callApi(world, {
    function: 'request-payout',
    place: [number, copy],
    about,
    body,
    key: payoutId,
  });
  if (answer.kind === 'unknown') view.unknown(attempt);
  else if (answer.kind === 'refused') view.refused(attempt, answer.code);
  else view.succeeded(attempt, contentOf(answer.body), answer.isReplay);
}

/** What a payout is worth, which never changes. */
export function contentOf({ diamonds, gross, fee, net }: Record<string, unknown>) {
  return { diamonds, gross, fee, net };
}

export async function decideOnPayout(operation: Operation): Promise<void> {
  const { world, number, chance } = operation;
  const earlier = earlierOperation(operation, 'payout');
  if (!earlier) return;
  const { payoutId } = payoutOf(earlier);
  await decide(world, payoutId, {
    decision: chance.happens(0.75) ? 'approve' : 'reject',
    caller: chance.pick(['operator', 'operator', 'operator', 'colleague', 'app']),
    place: [number],
  });
}

export async function decide(
  world: World,
  payoutId: string,
  { decision, caller, place }: { decision: 'approve' | 'reject'; caller: string; place: (number | string)[] },
): Promise<void> {
  await callApi(world, {
    function: 'approve-payout',
    place,
    about: [subjects.payout(payoutId)],
    parameters: { payoutId },
    body: { decision },
    caller,
  });
}

type PayPalItem = { senderItemId?: string; status: string; timesPaid: number; timesBack: number };

const moves = { complete: 55, fail: 10, unclaim: 8, hold: 6, block: 4, return: 10, refund: 3, reverse: 3, cancel: 3 };

const bankMoves = { send: 15, pay: 55, fail: 20, cancel: 10 };

/** PayPal or a bank does something with a payout that it has. */
export async function movePayout(operation: Operation): Promise<void> {
  await (operation.chance.happens(0.4) ? moveAtBank(operation) : moveAtPayPal(operation));
}

async function moveAtBank({ world, number, chance }: Operation): Promise<void> {
  const url = world.providers.urls.stripe;
  const { payouts } = await look<ConnectBooksReport>(url, 'connect/books');
  const recent = payouts.slice(-8);
  const { payoutId } = recent[chance.below(recent.length)] ?? {};
  if (payoutId === undefined) return;
  const move = chance.weighted(bankMoves);
  const done = await steer(url, `connect/payouts/${payoutId}/${move}`);
  if (done) world.history.note([subjects.payout(payoutId)], `${number} the bank: ${move}`);
}

async function moveAtPayPal({ world, number, chance }: Operation): Promise<void> {
  const url = world.providers.urls.paypal;
  const { items } = await look<{ items: PayPalItem[] }>(url, 'books');
  const recent = items.slice(-12);
  const { senderItemId } = recent[chance.below(recent.length)] ?? {};
  if (senderItemId === undefined) return;
  const move = chance.weighted(moves);
  const done = await steer(url, `payouts-items/${senderItemId}/${move}`);
  if (done) world.history.note([subjects.payout(senderItemId)], `${number} PayPal: ${move}`);
}

export async function changeProfile({ world, chance, number }: Operation): Promise<void> {
  const creatorId = pickCreator(world.scale, chance);
  await put(world, creatorId, [number], await profileOf(world, creatorId, chance));
}

async function put(
  world: World,
  creatorId: string,
  place: (number | string)[],
  body: PayoutProfileBody,
): Promise<void> {
  const about = [subjects.creator(creatorId)];
  await callApi(world, { function: 'put-payout-profile', place, about, parameters: { creatorId }, body });
}

/** Most keep their address; some identities are about to expire, and a few are rejected. */
async function profileOf(world: World, creatorId: string, chance: Chance): Promise<PayoutProfileBody> {
  const address = chance.happens(0.8) ? creatorId : `${creatorId}-new`;
  const isAtBank = chance.happens(0.9) === isPaidAtBank(creatorId);
  const expiresOn = addDays(dayOf(new Date(world.clock.now())), chance.between(0, 9));
  const identity = chance.happens(0.92) ? ('verified' as const) : ('rejected' as const);
  return {
    ...(await placeOf(world, { address, isAtBank })),
    schedule: scheduleOf(chance),
    identity: { state: identity, ...(chance.happens(0.15) && { expiresOn }) },
  };
}

function scheduleOf(chance: Chance): PayoutProfileBody['schedule'] {
  return chance.weighted({ none: 3, weekly: 5, monthly: 2 });
}

/** The profile that a creator starts with: paid to an address or account of their own, with an identity that does not expire. */
export async function putFirstProfile(world: World, creatorId: string): Promise<void> {
  const chance = chanceAt(world.seed, 'first profile', creatorId);
  await put(world, creatorId, ['setup', creatorId], {
    ...(await placeOf(world, { address: creatorId, isAtBank: isPaidAtBank(creatorId) })),
    schedule: scheduleOf(chance),
    identity: { state: 'verified' },
  });
}

/** Every third creator is paid at a bank, unless they change it. */
function isPaidAtBank(creatorId: string): boolean {
  return Number(creatorId.replace(/\D/g, '')) % 3 === 1;
}

async function placeOf(
  world: World,
  { address, isAtBank }: { address: string; isAtBank: boolean },
): Promise<Pick<PayoutProfileBody, 'method' | 'destination'>> {
  if (!isAtBank) return { method: 'paypal', destination: { type: 'email', value: `${address}@example.com` } };
  const id = `acct_${address.replaceAll('-', '')}`;
  await steer(world.providers.urls.stripe, 'connect/accounts', { id });
  return { method: 'bank', destination: { type: 'stripe_account', value: id } };
}
