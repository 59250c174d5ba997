/** The CloudWatch namespace of every metric; alarms and dashboards are built on these names. */
export const metricsNamespace = 'Tributary';

/** Every metric the functions emit, with its unit; the dashboards and alarms name no other. */
export const metricUnits = {
  CoinsSold: 'Count',
  CoinsSpent: 'Count',
  GiftsSent: 'Count',
  GiftsReplayed: 'Count',
  GiftsCredited: 'Count',
  DiamondsCredited: 'Count',
  CreditConflicts: 'Count',
  DiamondsReversed: 'Count',
  ReversalsFailed: 'Count',
  DaysNotAddedUp: 'Count',
  OutboxAge: 'Seconds',
  OutboxGiftsResent: 'Count',
  UnreadableRecords: 'Count',
  PruneFailures: 'Count',
  RechargesPaid: 'Count',
  RechargesFrozen: 'Count',
  RechargesTakenBack: 'Count',
  StorefrontsDiffer: 'Count',
  CoinsOwed: 'Count',
  RechargeLookUpsFailed: 'Count',
  EventsParked: 'Count',
  PaymentsMended: 'Count',
  PaymentsUnreconciled: 'Count',
  ReconciliationAge: 'Seconds',
  WebhooksRejected: 'Count',
  PayoutsRequested: 'Count',
  PayoutsPaid: 'Count',
  PayoutsFailed: 'Count',
  PayoutsReturned: 'Count',
  PayoutsSkipped: 'Count',
  PayoutsOverdue: 'Count',
  AuditDifferences: 'Count',
  AuditUnsettled: 'Count',
  AuditsCompleted: 'Count',
  RequestsThrottled: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;
