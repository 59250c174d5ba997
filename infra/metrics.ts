import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metricsNamespace } from '../shared/metric-names.ts';
import type { Stage } from './config.ts';

/** The name under which a stage's functions log and count: it keeps stages apart that share an account. */
export function serviceName(stage: Stage): string {
  return `tributary-${stage.name}`;
}

/** One of the product's own metrics, as this stage's functions emit it. */
export function productMetric(
  stage: Stage,
  name: MetricName,
  { statistic = 'Sum', minutes = 5 }: { statistic?: 'Sum' | 'Maximum'; minutes?: number } = {},
): Metric {
  return new Metric({
    namespace: metricsNamespace,
    metricName: name,
    dimensionsMap: { service: serviceName(stage) },
    statistic,
    period: Duration.minutes(minutes),
  });
}
