import { Aws, NestedStack, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Deployment } from './config.ts';

/**
 * Where all alarms go, by e-mail when the deployment names an address; and where they stand: in a nested stack, because
 * they would take a fifth of the 500 resources that CloudFormation allows a stack. Capabilities with nested stacks have theirs.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  private readonly alarms: NestedStack;

  constructor(scope: Construct, id: string, { stage, alarmEmail }: Deployment) {
    super(scope, id);
    this.alarms = new NestedStack(this, 'Alarms', { description: `Tributary (${stage.name}): its alarms` });
    this.topic = new Topic(this, 'Topic', { displayName: `Tributary ${stage.name}`, enforceSSL: true });
    // With a policy of its own the topic loses the default one, by which CloudWatch could publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (alarmEmail === undefined) return;
    acknowledge(this.topic, {
      'Serverless-SNSRedrivePolicy':
        'An e-mail that cannot be delivered is of no use later; the alarm itself stays in CloudWatch.',
    });
    this.topic.addSubscription(new EmailSubscription(alarmEmail));
  }

  /**
   * The place of a construct's alarms: in the nested stack of the alarms, under the path that the construct has in the main
   * one; what has a nested stack of its own keeps its alarms there.
   */
  placeFor(construct: Construct): Construct {
    if (Stack.of(construct) !== Stack.of(this)) return construct;
    const path = construct.node.scopes.slice(Stack.of(construct).node.scopes.length);
    return path.reduce<Construct>((place, { node: { id } }) => {
      const known = place.node.tryFindChild(id);
      return known instanceof Construct ? known : new Construct(place, id);
    }, this.alarms);
  }
}
