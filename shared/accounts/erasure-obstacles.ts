import { exposureOf } from '../recharges/claims.ts';
import { parseCreator } from '../store/items/creator.ts';
import type { PayoutState } from '../store/items/payout.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { creatorKey } from '../store/keys.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { hasCoins } from './decide-closure.ts';
import { payoutsOf } from './erase-all.ts';
import { ownedCreators } from './owned-creators.ts';
import { ordersOf } from './read-closure-facts.ts';

/** What an erasure can wait for once the account is closed: money that is still to move, and who it is has to be known for that. */
const erasureObstacles = ['coins_left', 'payments_disputed', 'payouts_on_hold', 'payouts_under_way'] as const;

/** What stands in the way, and the ids of what it is: recharges, creators, payouts. */
export type ErasureObstacle = { reason: (typeof erasureObstacles)[number]; ids: string[] };

/** Diamonds are held for these: the destination must still be known, or an operator has to decide. */
const underWay: PayoutState[] = ['awaiting_approval', 'requested', 'submitting', 'submitted'];

/**
 * Why somebody cannot be erased yet, in the order of `erasureObstacles`. A payout that is asked for after this was read finds no profile: it is stopped
 * before it is sent, and its diamonds go back to the creator.
 */
export async function findErasureObstacles(ledger: Table, wallet: Wallet): Promise<ErasureObstacle[]> {
  const { userId, frozen = 0 } = wallet;
  const disputed = (await ordersOf(ledger, userId)).filter((order) => exposureOf(order).atStakeMinor > 0);
  const creators = (await readItems(ledger, (await ownedCreators(ledger, userId)).map(creatorKey))).map(parseCreator);
  const held = creators.filter(({ payoutHold }) => payoutHold?.held).map(({ creatorId }) => creatorId);
  const open: string[] = [];
  for await (const { payoutId, state } of payoutsOf(ledger, userId))
    if (underWay.includes(state as PayoutState)) open.push(String(payoutId));
  const found: [ErasureObstacle['reason'], boolean, string[]][] = [
    ['coins_left', hasCoins(wallet), []],
    ['payments_disputed', disputed.length > 0 || frozen > 0, disputed.map(({ rechargeId }) => rechargeId)],
    ['payouts_on_hold', held.length > 0, held],
    ['payouts_under_way', open.length > 0, open],
  ];
  return found.flatMap(([reason, isThere, ids]) => (isThere ? [{ reason, ids }] : []));
}
