import { NestedStack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Ground } from './foundation.ts';

/**
 * A capability whose functions, routes, schedules and alarms make a nested stack of their own, because CloudFormation allows a
 * stack 500 resources. Nothing that keeps something stands in it: tables, buckets, queues and secrets are the main stack's.
 */
export abstract class Capability extends NestedStack {
  constructor(scope: Construct, id: string, { stage }: Ground, purpose: string) {
    super(scope, id, { description: `Tributary (${stage.name}): ${purpose}` });
  }
}
