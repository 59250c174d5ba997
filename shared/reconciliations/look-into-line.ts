import { isAppStore } from '../providers/payment.ts';
import { findRecharge } from '../recharges/find-recharge.ts';
import { orderOfPayment } from '../recharges/payment-pointers.ts';
import type { SettlementStores } from '../recharges/settle-payment.ts';
import { moneyOf, type ProviderEvent, parseProviderEvent, type Recharge } from '../store/items/recharge.ts';
import type { Outcome } from '../store/items/reconciliation.ts';
import { providerEventKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { judgeListedPayment, judgeListedReturn } from './judge-listed.ts';
import { markListed } from './listed-orders.ts';
import type { Listed, ListedPayment, ListedReturn, ProviderList } from './provider-list.ts';
import type { Finding } from './tally.ts';

type Looking = { list: Pick<ProviderList, 'provider'>; now: Date };

/**
 * Compares one line of a provider's list with the ledger. What does not agree is first handed to the ordinary path of
 * events, so that what only was not heard of mends itself; what that path will not take is a difference.
 */
export async function lookIntoLine(stores: SettlementStores, listed: Listed, looking: Looking): Promise<Finding> {
  if (listed.kind === 'unreadable') {
    const { lineId, reason } = listed;
    const difference = { kind: 'unreadable', lineId, reason } as const;
    return { movement: 'unknown', outcome: 'differed', currency: noCurrency, amount: 0, difference };
  }
  const { provider } = looking.list;
  const order = await orderOf(stores.ledger, provider, listed);
  const judgement = listed.kind === 'payment' ? judgeListedPayment(order, listed) : judgeListedReturn(order, listed);
  if (judgement === 'unsure') return lookCloser(stores, listed, { ...looking, order });
  if (order && listed.kind === 'payment') await markListed(stores.ledger, order, listed.lineId);
  if (judgement === 'agrees' || !order) return findingOf(listed, 'agreed', order);
  return differing(listed, order, { kind: 'amount_differs' });
}

async function lookCloser(
  stores: SettlementStores,
  listed: ListedPayment | ListedReturn,
  { list: { provider }, now, order }: Looking & { order: Recharge | undefined },
): Promise<Finding> {
  // Something else may sell through the same account. What an app's own products bring is for coins, whatever they name.
  const isAnonymous = listed.kind === 'payment' && !order && listed.rechargeId === undefined;
  if (isAnonymous && !isAppStore(provider)) return findingOf(listed, 'foreign');
  const { ledger } = stores;
  const before = await eventOf(ledger, provider, listed);
  const isNews = !before || before.outcome === 'parked';
  const reported = isNews ? await listed.report(stores, now) : 'reported';
  const after = await eventOf(ledger, provider, listed);
  const { rechargeId = after?.subject ?? order?.rechargeId } = listed;
  const outcome = outcomeOf({ before, after, isOurs: reported === 'unconfirmed' || rechargeId !== undefined });
  const current = rechargeId === undefined ? undefined : await findRecharge(ledger, rechargeId);
  if (outcome === 'differed') {
    const kind = listed.kind === 'payment' ? 'paid_not_credited' : 'given_back_not_taken';
    const reason = after?.reason ?? 'not_confirmed';
    return differing(listed, current, { kind, reason, ...(after && { eventId: listed.eventId }) });
  }
  if (current && listed.kind === 'payment' && outcome !== 'closed') await markListed(ledger, current, listed.lineId);
  return findingOf(listed, outcome, current);
}

type Known = { before: ProviderEvent | undefined; after: ProviderEvent | undefined; isOurs: boolean };

function outcomeOf({ before, after, isOurs }: Known): Outcome {
  // The provider, when asked, does not say what its list says.
  if (!after) return isOurs ? 'differed' : 'foreign';
  switch (after.outcome) {
    case 'parked':
      return 'differed';
    case 'closed':
      return 'closed';
    case 'ignored':
      return after.reason === 'not_a_recharge' ? 'foreign' : 'agreed';
    case 'applied':
      return before?.outcome === 'applied' ? 'agreed' : 'mended';
  }
}

/** The order that the line names, or the one that its payment is known to be for. */
async function orderOf(
  ledger: Table,
  provider: string,
  { rechargeId, paymentId }: ListedPayment | ListedReturn,
): Promise<Recharge | undefined> {
  const known =
    rechargeId ?? (paymentId === undefined ? undefined : await orderOfPayment(ledger, { provider, paymentId }));
  return known === undefined ? undefined : findRecharge(ledger, known);
}

async function eventOf(
  ledger: Table,
  provider: string,
  { eventId }: Pick<ListedPayment, 'eventId'>,
): Promise<ProviderEvent | undefined> {
  const item = await readItem(ledger, providerEventKey({ provider, eventId }));
  return item && parseProviderEvent(item);
}

function findingOf(listed: ListedPayment | ListedReturn, outcome: Outcome, order?: Recharge): Finding {
  const { kind, amountMinor, currency = order ? moneyOf(order).currency : noCurrency } = listed;
  return { movement: kind, outcome, currency, amount: amountMinor };
}

/** For lines of which it cannot be told. */
const noCurrency = 'unknown';

function differing(
  listed: ListedPayment | ListedReturn,
  order: Recharge | undefined,
  about: Pick<NonNullable<Finding['difference']>, 'kind' | 'reason' | 'eventId'>,
): Finding {
  const { lineId } = listed;
  const finding = findingOf(listed, 'differed', order);
  const { amount, currency } = finding;
  const { paymentId = order?.paymentId, rechargeId = order?.rechargeId } = listed;
  const money = order && moneyOf(order);
  const difference = {
    ...about,
    lineId,
    ...(paymentId !== undefined && { paymentId }),
    ...(rechargeId !== undefined && { rechargeId }),
    listed: { amount, currency },
    ...(money && { ledger: { amount: money.minor, currency: money.currency } }),
  };
  return { ...finding, difference };
}
