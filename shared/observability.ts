import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** The CloudWatch namespace of every metric; alarms and dashboards are built on these names. */
export const metricsNamespace = 'Tributary';

export const logger = new Logger({ serviceName: 'tributary' });

const metrics = new Metrics({ namespace: metricsNamespace, serviceName: 'tributary' });

/** Every metric the functions emit, with its unit; the dashboards and alarms name no other. */
export const metricUnits = {
  CoinsSold: MetricUnit.Count,
  CoinsSpent: MetricUnit.Count,
  GiftsSent: MetricUnit.Count,
  GiftsReplayed: MetricUnit.Count,
  GiftsCredited: MetricUnit.Count,
  DiamondsCredited: MetricUnit.Count,
  CreditConflicts: MetricUnit.Count,
  OutboxAge: MetricUnit.Seconds,
  OutboxGiftsResent: MetricUnit.Count,
  UnreadableRecords: MetricUnit.Count,
  PruneFailures: MetricUnit.Count,
  RechargesPaid: MetricUnit.Count,
  EventsParked: MetricUnit.Count,
  WebhooksRejected: MetricUnit.Count,
  PayoutsRequested: MetricUnit.Count,
  PayoutsPaid: MetricUnit.Count,
  PayoutsFailed: MetricUnit.Count,
  PayoutsReturned: MetricUnit.Count,
  PayoutsSkipped: MetricUnit.Count,
  PayoutsOverdue: MetricUnit.Count,
  AuditDifferences: MetricUnit.Count,
  AuditsCompleted: MetricUnit.Count,
  RequestsThrottled: MetricUnit.Count,
} as const;

export type MetricName = keyof typeof metricUnits;

/** Adds to a metric of this invocation; `flushMetrics` writes them all as one EMF line. */
export function count(name: MetricName, value = 1): void {
  metrics.addMetric(name, metricUnits[name], value);
}

export function flushMetrics(): void {
  metrics.publishStoredMetrics();
}
