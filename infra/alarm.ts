import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic.ts';

export type ActionableAlarmProps = {
  /** Where the alarm and its end are told. */
  topic: AlarmTopic;
  metric: IMetric;
  /** What is wrong: a value above, or one below. */
  when: { above: number } | { below: number };
  /** For how many periods of the metric in a row; one when left out. */
  periods?: number;
  missingData?: TreatMissingData;
  /** What people notice, in a sentence. */
  impact: string;
  /** The heading in docs/runbook.md under which an operator finds what to do. */
  runbook: string;
};

/**
 * An alarm that says what it means to people and what to do about it; it cannot be built without either. It stands where
 * the topic has a place for it.
 */
export class ActionableAlarm extends Construct {
  constructor(scope: Construct, id: string, props: ActionableAlarmProps) {
    super(props.topic.placeFor(scope), id);
    const { topic, metric, when, periods = 1, missingData = TreatMissingData.NOT_BREACHING, impact, runbook } = props;
    const alarm = new Alarm(this, 'Alarm', {
      metric,
      ...('above' in when
        ? { comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD, threshold: when.above }
        : { comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: when.below }),
      evaluationPeriods: periods,
      treatMissingData: missingData,
      alarmDescription: `${impact} Runbook: ${runbook} (docs/runbook.md#${anchorOf(runbook)})`,
    });
    const action = new SnsAction(topic.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

/** The anchor that Markdown renderers give a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
