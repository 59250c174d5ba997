import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** A run's report is written again until its payouts have ended; what was there before is kept for comparison. */
const daysOfOldVersions = Duration.days(90);

/** Reports for operators: private, over TLS only, with their earlier versions. Nothing here is read by a function. */
export class ReportsBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: daysOfOldVersions }],
      // A bucket with reports in it cannot go with its stack.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        "Operators read a few reports a month; the account's CloudTrail has data events for whoever wants every access logged.",
    });
  }

  /** Puts objects under the prefix, and nothing else. */
  grantPut(writer: AnyFunction, prefix: string): void {
    writer.allow({ actions: ['s3:PutObject'], resources: [this.bucket.arnForObjects(`${prefix}*`)] });
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledge(writer.node.findChild('Role'), {
      [`AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${prefix}*]`]: 'Reports are put under names of runs to come.',
    });
  }
}
