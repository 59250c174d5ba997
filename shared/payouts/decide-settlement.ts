import type { Payout } from '../store/items/payout.ts';
import { mayTake } from '../store/state-machine.ts';
import type { MoveDetails } from './move-payout.ts';
import type { PayoutNews, PayoutStatus } from './payout-news.ts';
import { providerReason } from './reasons.ts';
import { type PayoutTransition, type PayoutTransitionName, payoutTransitions } from './states.ts';

/** What the provider's news about an item does to its payout. */
export type Settlement =
  | { kind: 'move'; transition: PayoutTransitionName; details: MoveDetails }
  /** Nothing new: a repetition, or news that later news has overtaken. */
  | { kind: 'ignore'; reason: string }
  /** It contradicts what we know: nothing moves, and an operator must look. */
  | { kind: 'park'; reason: string };

type News = {
  /** In the order in which they are tried: the first whose states include the payout's is taken. */
  transitions: PayoutTransitionName[];
  /** States in which this news is no news. */
  ignoredIn: Payout['state'][];
};

const ended: Payout['state'][] = ['failed', 'blocked', 'returned'];

const waiting: News = { transitions: ['wait'], ignoredIn: ['paid', ...ended] };
const cameBack: News = { transitions: ['returnUnpaid', 'returnPaid'], ignoredIn: ended };

/** Any pair of a state and a status that is in neither list is a contradiction: for example, paid after the diamonds went back. */
const newsOf: Record<PayoutStatus, News> = {
  PENDING: waiting,
  UNCLAIMED: waiting,
  ONHOLD: waiting,
  SUCCESS: { transitions: ['pay'], ignoredIn: ['paid'] },
  FAILED: { transitions: ['fail'], ignoredIn: ended },
  BLOCKED: { transitions: ['block'], ignoredIn: ended },
  RETURNED: cameBack,
  REFUNDED: cameBack,
  REVERSED: cameBack,
  // Only a person can bring it to an end; whoever has it replayed makes the provider try again.
  UNRETURNED: { transitions: [], ignoredIn: ended },
};

/** Decides from the payout as it stands; `payout` is nothing when the news names none of ours. */
export function decideSettlement(payout: Payout | undefined, news: PayoutNews): Settlement {
  if (!payout) return { kind: 'park', reason: 'unknown_payout' };
  const contradiction = contradictionIn(payout, news);
  if (contradiction) return { kind: 'park', reason: contradiction };
  const { transitions, ignoredIn } = newsOf[news.status];
  const transition = transitions.find((name) => mayTake<Payout['state']>(payoutTransitions[name], payout.state));
  if (transition) return { kind: 'move', transition, details: detailsOf(payout, news, transition) };
  return ignoredIn.includes(payout.state)
    ? { kind: 'ignore', reason: `${payout.state}_already` }
    : { kind: 'park', reason: `${news.status.toLowerCase()}_when_${payout.state}` };
}

function contradictionIn({ currency, netMinor, providerItemId }: Payout, news: PayoutNews): string | undefined {
  if (news.currency !== currency) return 'currency_differs';
  if (news.amountMinor !== netMinor) return 'amount_differs';
  // Two items of the provider for one payout would be money sent twice.
  return providerItemId !== undefined && providerItemId !== news.itemId ? 'second_item' : undefined;
}

function detailsOf({ method }: Payout, news: PayoutNews, transition: PayoutTransitionName): MoveDetails {
  const { to }: PayoutTransition = payoutTransitions[transition];
  const provider = {
    providerBatchId: news.reference,
    providerItemId: news.itemId,
    providerState: news.status,
  };
  const ending = to === 'failed' || to === 'blocked' || to === 'returned' ? to : waits[news.status];
  if (!ending || to === 'paid') return provider;
  return { ...provider, reason: providerReason(ending, { method, code: news.errorName ?? news.status }) };
}

/** What a payout that is not decided yet waits for, where its creator can do something about it. */
const waits: { [Status in PayoutStatus]?: 'unclaimed' | 'on_hold' } = { UNCLAIMED: 'unclaimed', ONHOLD: 'on_hold' };
