import { type PayoutTransition, payoutTransitions } from '../../../shared/payouts/states.ts';
import type { PayoutState } from '../../../shared/store/items/payout.ts';
import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import { giftOf } from './gifts.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { contentOf as payoutContentOf, payoutOf } from './payouts.ts';
import { pickCreator, pickFan } from './people.ts';
import { contentOf, rechargeOf } from './recharges.ts';

/** A client looks at something, and compares it with what it was told. */
export async function lookAround(operation: Operation): Promise<void> {
  const { world, chance, number } = operation;
  switch (chance.weighted({ gift: 40, recharge: 14, payout: 14, wallet: 12, statement: 8, earnings: 12 })) {
    case 'gift':
      return lookAtGift(operation);
    case 'recharge':
      return lookAtRecharge(operation);
    case 'payout':
      return lookAtPayout(operation);
    case 'wallet': {
      const userId = pickFan(world.scale, chance);
      await callApi(world, {
        function: 'get-wallet',
        place: [number],
        about: [subjects.wallet(userId)],
        parameters: { userId },
      });
      return;
    }
    case 'statement':
      return lookAtStatement(world, pickFan(world.scale, chance), [number]);
    case 'earnings': {
      const creatorId = pickCreator(world.scale, chance);
      await callApi(world, {
        function: 'get-earnings',
        place: [number],
        about: [subjects.creator(creatorId)],
        parameters: { creatorId },
      });
      return;
    }
  }
}

async function lookAtGift(operation: Operation): Promise<void> {
  const { world, number } = operation;
  const earlier = earlierOperation(operation, 'gift');
  if (!earlier) return;
  const { giftId, body } = giftOf(earlier);
  const userId = body.senderId;
  const subject = subjects.gift(userId, giftId);
  const begun = world.history.next();
  const answer = await callApi(world, {
    function: 'get-gift',
    place: [number],
    about: [subject],
    parameters: { userId, giftId },
  });
  if (answer.kind === 'refused') world.views.gifts.seen(subject, undefined, begun);
  if (answer.kind !== 'done') return;
  const { coins, diamonds, sentAt, versions } = answer.body;
  world.views.gifts.seen(subject, { coins, diamonds, sentAt, versions }, begun);
}

async function lookAtRecharge(operation: Operation): Promise<void> {
  const { world, number } = operation;
  const earlier = earlierOperation(operation, 'recharge');
  if (!earlier) return;
  const { rechargeId, body } = rechargeOf(earlier);
  const subject = subjects.recharge(rechargeId);
  const begun = world.history.next();
  const wasPaid = world.paid.has(rechargeId);
  const answer = await callApi(world, {
    function: 'get-recharge',
    place: [number],
    about: [subject],
    parameters: { rechargeId },
  });
  if (answer.kind === 'refused') world.views.recharges.seen(subject, undefined, begun);
  if (answer.kind !== 'done') return;
  world.views.recharges.seen(subject, contentOf(body.provider, answer.body), begun);
  if (answer.body.state === 'paid') world.paid.add(rechargeId);
  else if (wasPaid) world.history.violate(subject, `was paid, and is ${String(answer.body.state)} now`);
}

async function lookAtPayout(operation: Operation): Promise<void> {
  const { world, number } = operation;
  const earlier = earlierOperation(operation, 'payout');
  if (!earlier) return;
  const { payoutId } = payoutOf(earlier);
  const subject = subjects.payout(payoutId);
  const begun = world.history.next();
  const seenBefore = world.payoutStates.get(payoutId);
  const about = [subject];
  const answer = await callApi(world, { function: 'get-payout', place: [number], about, parameters: { payoutId } });
  if (answer.kind === 'refused') world.views.payouts.seen(subject, undefined, begun);
  if (answer.kind !== 'done') return;
  world.views.payouts.seen(subject, payoutContentOf(answer.body), begun);
  const state = answer.body.state as PayoutState;
  if (seenBefore && !mayFollow(seenBefore, state))
    world.history.violate(subject, `was ${seenBefore}, and is ${state} now`);
  world.payoutStates.set(payoutId, state);
}

/** Whether a payout that was in one state may be found in the other later. */
function mayFollow(before: PayoutState, after: PayoutState): boolean {
  const reached = new Set<PayoutState>([before]);
  const transitions: PayoutTransition[] = Object.values(payoutTransitions);
  for (const state of reached) for (const { from, to } of transitions) if (from.includes(state)) reached.add(to);
  return reached.has(after);
}

type Line = { entryId: string; type: string };

/** Reads a whole statement: every gift that was acknowledged before must be in it, and no line twice. */
async function lookAtStatement(world: World, userId: string, place: (number | string)[]): Promise<void> {
  const begun = world.history.next();
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; ; page++) {
    const query = { limit: '100', ...(cursor !== undefined && { cursor }) };
    const about = [subjects.wallet(userId)];
    const answer = await callApi(world, {
      function: 'list-wallet-entries',
      place: [...place, page],
      about,
      parameters: { userId },
      query,
    });
    if (answer.kind !== 'done') return;
    const { entries, nextCursor } = answer.body as { entries: Line[]; nextCursor?: string };
    for (const { entryId, type } of entries) {
      if (seen.has(`${type} ${entryId}`))
        world.history.violate(subjects.wallet(userId), `lists the ${type} ${entryId} twice`);
      seen.add(`${type} ${entryId}`);
    }
    cursor = nextCursor;
    if (cursor === undefined) break;
  }
  for (const subject of world.views.gifts.succeededBefore(begun)) {
    const [, giftId, , senderId] = subject.split(' ');
    if (senderId === userId && !seen.has(`gift ${giftId}`))
      world.history.violate(subject, 'exists, and is missing in the statement');
  }
}
