import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { type MetricName, metricsNamespace, metricUnits } from './metric-names.ts';

/** Set for every function: logs and metrics of stages that share an account stay apart by it. */
const serviceName = process.env.POWERTOOLS_SERVICE_NAME ?? 'tributary';

export const logger = new Logger({ serviceName });

const metrics = new Metrics({ namespace: metricsNamespace, serviceName });

let uncounted = true;

/** Adds to a metric of this invocation; `flushMetrics` writes them all as one EMF line. */
export function count(name: MetricName, value = 1): void {
  metrics.addMetric(name, metricUnits[name], value);
  uncounted = false;
}

/** Writes nothing when nothing was counted, as in most reads. */
export function flushMetrics(): void {
  if (uncounted) return;
  metrics.publishStoredMetrics();
  uncounted = true;
}
