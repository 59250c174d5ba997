import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts that a construct, and what is in it, breaks a rule of cdk-nag. Stands beside the construct; the reason says
 * what makes the rule's worry groundless here.
 */
export function acknowledge(
  construct: IConstruct,
  reasons: Record<`${'AwsSolutions' | 'Serverless'}-${string}`, string>,
): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}
