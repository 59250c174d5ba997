import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { count, logger } from '../observability.ts';
import type { GooglePlay, GooglePurchase, VoidedPurchase } from '../providers/google-play.ts';
import type { Claim, ClaimReport } from '../providers/payment.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { Moment } from '../store/items/common.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { progressKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { findRecharge } from './find-recharge.ts';
import { type GoogleNews, isDealtWith, occasionOf } from './google-news.ts';
import { orderOfPayment } from './payment-pointers.ts';
import { digestOf } from './provider-events.ts';
import { type GoogleStores, orderNamedBy, refundedOf, shareOf } from './receive-google-purchase.ts';
import { receiveReport } from './receive-report.ts';

export type VoidsReport = { reported: number; known: number; failed: number; complete: boolean };

const hourMilliseconds = 3_600_000;

/** The list reaches back 30 days; an hour less, so that a clock that differs from Google's is not refused. */
const reachMilliseconds = 30 * 24 * hourMilliseconds - hourMilliseconds;

/** Each run looks at this time before the last one again, in case the list shows something late. */
const overlapMilliseconds = hourMilliseconds;

/** No page is begun, and no purchase of it, with less time left. */
const reserveMilliseconds = 15_000;

/**
 * Reads the list of purchases that Google voided since the last run and reports each, so that a lost notification costs
 * nothing. Where something failed, or there was no time for all, the next run reads the same again: what was reported
 * already is passed over.
 */
export async function listGoogleVoids(
  stores: GoogleStores,
  { now, remainingMilliseconds }: JobRun,
): Promise<VoidsReport> {
  const report = { reported: 0, known: 0, failed: 0, complete: false };
  const from = await startOf(stores.ledger, now);
  let pageToken: string | undefined;
  do {
    const page = await stores.play.listVoided({ from, ...(pageToken !== undefined && { pageToken }) });
    for (const voided of page.purchases) {
      if (remainingMilliseconds() < reserveMilliseconds) return report;
      report[await reportAlone(stores, voided, now)] += 1;
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  if (report.failed === 0) await savePosition(stores.ledger, now);
  return { ...report, complete: true };
}

const job = 'google-voids';

const Position = z.object({ position: Moment });

async function startOf(ledger: Table, now: Date): Promise<Date> {
  const earliest = now.getTime() - reachMilliseconds;
  const item = await readItem(ledger, progressKey(job));
  if (!item) return new Date(earliest);
  const wanted = Date.parse(z.parse(Position, item).position) - overlapMilliseconds;
  if (wanted < earliest)
    logger.error('voided purchases may be missed: the list was not read for longer than it reaches back');
  return new Date(Math.max(wanted, earliest));
}

async function savePosition(ledger: Table, now: Date): Promise<void> {
  await ledger.client.send(
    new PutCommand({ TableName: ledger.name, Item: { ...progressKey(job), position: now.toISOString() } }),
  );
}

async function reportAlone(
  stores: GoogleStores,
  voided: VoidedPurchase,
  now: Date,
): Promise<'reported' | 'known' | 'failed'> {
  const eventId = `voided-${voided.paymentId}-${Date.parse(voided.voidedAt)}`;
  try {
    if (await isDealtWith(stores.ledger, eventId)) return 'known';
    const digest = digestOf(JSON.stringify(voided));
    await reportListed(stores, voided, { eventId, type: 'voidedPurchase.listed', digest, now });
    return 'reported';
  } catch (error) {
    count('RechargeLookUpsFailed');
    logger.error('voided purchase not reported', { paymentId: voided.paymentId, error: error as Error });
    return 'failed';
  }
}

/** Tells what an entry of the list says, and what Google still knows of the purchase. */
export async function reportListed(stores: GoogleStores, voided: VoidedPurchase, news: GoogleNews): Promise<void> {
  const { eventId, type } = news;
  const { paymentId, purchaseToken } = voided;
  const purchase = await stores.play.lookUp(purchaseToken);
  const order = await orderOf(stores.ledger, paymentId, purchase && (await orderNamedBy(stores, purchase)));
  const claims = order ? await claimsOf(stores.play, { voided, purchase, order }) : [];
  const report = {
    eventId,
    type,
    kind: 'claim',
    about: { paymentId, ...(order && { rechargeId: order.rechargeId }) },
    claims,
  } as const;
  await receiveReport(stores, report, occasionOf(news, { kind: 'listed', voided }));
}

type Listed = { voided: VoidedPurchase; purchase: GooglePurchase | undefined; order: Recharge };

/** The entry as a claim of its own, and how much of the purchase is gone altogether where Google still tells. */
async function claimsOf(play: GooglePlay, { voided, purchase, order }: Listed): Promise<ClaimReport[]> {
  const { paymentId, voidedAt: at, voidedQuantity } = voided;
  const whole = purchase ?? { quantity: order.quantity ?? 1 };
  const amountMinor = await shareOf(play, whole, { order, quantity: voidedQuantity ?? whole.quantity });
  const claim: Claim = {
    claimId: `${paymentId}@${Date.parse(at)}`,
    kind: 'refund',
    state: 'succeeded',
    amountMinor,
    at,
  };
  return purchase ? [{ claim, refundedMinor: await refundedOf(play, purchase, order) }] : [{ claim }];
}

/** By the order that the payment was credited to, or by the one that the purchase names. */
async function orderOf(ledger: Table, paymentId: string, named: Recharge | undefined): Promise<Recharge | undefined> {
  const rechargeId = await orderOfPayment(ledger, { provider: 'google', paymentId });
  return rechargeId === undefined ? named : findRecharge(ledger, rechargeId);
}
