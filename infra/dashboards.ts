import { Aws, Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type MetricName, metricUnits } from '../shared/metric-names.ts';
import type { Foundation } from './foundation.ts';
import { productMetric, serviceName } from './metrics.ts';
import type { WorkQueue } from './queue.ts';

export type DashboardsProps = {
  foundation: Foundation;
  /** The queues by what people call them. */
  queues: Record<string, WorkQueue>;
  /** How far its readers are behind the ledger's stream, in milliseconds, by what people call them. */
  streamAges: Record<string, Metric>;
};

/** Two pages of graphs: how the business does, and how the pipes do that carry it. */
export class Dashboards extends Construct {
  readonly businessUrl: string;
  readonly plumbingUrl: string;

  constructor(scope: Construct, id: string, { foundation, queues, streamAges }: DashboardsProps) {
    super(scope, id);
    const name = serviceName(foundation.stage);
    new Dashboard(this, 'Business', { dashboardName: `${name}-business`, widgets: businessRows(foundation) });
    new Dashboard(this, 'Plumbing', {
      dashboardName: `${name}-plumbing`,
      widgets: plumbingRows({ foundation, queues, streamAges }),
    });
    this.businessUrl = urlOf(`${name}-business`);
    this.plumbingUrl = urlOf(`${name}-plumbing`);
  }
}

function urlOf(dashboardName: string): string {
  return `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboardName}`;
}

function businessRows(foundation: Foundation): GraphWidget[][] {
  const graph = productGraphs(foundation);
  return [
    [
      graph('Coins sold and spent', ['CoinsSold', 'CoinsSpent']),
      graph('Recharges paid', ['RechargesPaid']),
      graph('Recharges taken back, frozen', ['RechargesTakenBack', 'RechargesFrozen']),
      graph('Coins owed since, diamonds reversed', ['CoinsOwed', 'DiamondsReversed']),
      new GraphWidget({ title: 'Gifts a second', width: 8, left: [giftsPerSecond(foundation)] }),
    ],
    [
      graph('Diamonds credited', ['DiamondsCredited']),
      graph('Gifts sent and credited', ['GiftsSent', 'GiftsCredited', 'GiftsReplayed']),
      graph('Payouts by what became of them', [
        'PayoutsRequested',
        'PayoutsPaid',
        'PayoutsFailed',
        'PayoutsReturned',
        'PayoutsSkipped',
      ]),
    ],
    [
      graph('Bought in the app, ordered, sold out', ['ItemsPurchased', 'GoodsOrdered', 'GoodsSoldOut']),
      graph('Coins spent by promotions', ['PromotionCoinsSpent']),
      graph('Codes redeemed and refused', ['CodesRedeemed', 'CodesRefused']),
    ],
    [
      graph('Challenges and ads rewarded, ads not', ['ChallengesRewarded', 'AdsRewarded', 'AdsUnrewarded']),
      graph('Found the budget of a campaign or challenge used up', ['CampaignsUsedUp']),
    ],
    [
      graph('For an operator to decide', ['EventsParked', 'PayoutsOverdue', 'AgeDoubts']),
      graph('Promotional coins that expired', ['CoinsExpired', 'ExpiriesFailed']),
      graph('Accounts that ended', ['AccountsClosed', 'CoinsForfeited', 'ErasuresFailed']),
      graph("Sold in another region than the buyer's", ['StorefrontsDiffer']),
      graph('Payments mended and not reconciled', ['PaymentsMended', 'PaymentsUnreconciled']),
      graph('Audits, and differences they found', ['AuditsCompleted', 'AuditDifferences', 'AuditUnsettled']),
    ],
  ];
}

function giftsPerSecond({ stage }: Foundation): IMetric {
  return new MathExpression({
    expression: 'gifts / PERIOD(gifts)',
    label: 'gifts a second',
    usingMetrics: { gifts: productMetric(stage, 'GiftsSent', { minutes: 1 }) },
    period: Duration.minutes(1),
  });
}

function plumbingRows({ foundation, queues, streamAges }: DashboardsProps): GraphWidget[][] {
  const { api } = foundation.api;
  const graph = productGraphs(foundation);
  const all = Object.entries(queues);
  return [
    [
      graph('Oldest gift without credit (s)', ['OutboxAge']),
      graph('Oldest day not reconciled (s)', ['ReconciliationAge']),
      new GraphWidget({
        title: 'Readers behind the stream (ms)',
        width: 8,
        left: Object.entries(streamAges).map(([label, age]) => age.with({ label })),
      }),
      graph('Gifts sent again, conflicts of credits', [
        'OutboxGiftsResent',
        'CreditConflicts',
        'PruneFailures',
        'ReversalsFailed',
        'DaysNotAddedUp',
        'ReservationsStuck',
      ]),
    ],
    [
      new GraphWidget({
        title: 'Oldest message (s)',
        width: 8,
        left: all.map(([label, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ label })),
      }),
      new GraphWidget({
        title: 'Messages waiting',
        width: 8,
        left: all.map(([label, { queue }]) => queue.metricApproximateNumberOfMessagesVisible({ label })),
      }),
      new GraphWidget({
        title: 'Messages given up',
        width: 8,
        left: all.map(([label, { deadLetters }]) => deadLetters.metricApproximateNumberOfMessagesVisible({ label })),
      }),
    ],
    [
      new GraphWidget({
        title: 'API requests',
        width: 8,
        left: [
          api.metricCount({ label: 'all' }),
          api.metricClientError({ label: '4xx' }),
          api.metricServerError({ label: '5xx' }),
        ],
      }),
      new GraphWidget({
        title: 'API latency (ms)',
        width: 8,
        left: ['p50', 'p99'].map((statistic) => api.metricLatency({ statistic, label: statistic })),
      }),
      graph('Answered busy, not looked up, unreadable, not believed', [
        'RequestsThrottled',
        'RechargeLookUpsFailed',
        'UnreadableRecords',
        'WebhooksRejected',
      ]),
    ],
    [
      graph('Events announced, refused, unreadable', [
        'EventsAnnounced',
        'EventsRefused',
        'EventsUnreadable',
        'ScoresTooOld',
      ]),
      graph('Webhooks delivered, failed, given up, gone', [
        'WebhooksDelivered',
        'WebhooksFailed',
        'WebhooksGivenUp',
        'WebhookEndpointsGone',
      ]),
      graph('Age of webhooks when they arrive (s)', ['WebhookAge']),
    ],
    [
      new GraphWidget({
        title: 'Ledger throttled',
        width: 8,
        left: [foundation.ledger.writeThrottles(Duration.minutes(5))],
      }),
      new GraphWidget({
        title: 'Functions of the account at once, and throttled',
        width: 8,
        left: [new Metric({ namespace: 'AWS/Lambda', metricName: 'ConcurrentExecutions', statistic: 'Maximum' })],
        right: [new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum' })],
      }),
    ],
  ];
}

/** Graphs of the product's own metrics: counts add up, ages show their worst. */
function productGraphs({ stage }: Foundation): (title: string, names: MetricName[]) => GraphWidget {
  return (title, names) =>
    new GraphWidget({
      title,
      width: 8,
      left: names.map((name) =>
        productMetric(stage, name, { statistic: metricUnits[name] === 'Seconds' ? 'Maximum' : 'Sum' }),
      ),
    });
}
