import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { localClientConfig } from './credentials.ts';
import { physicalNameOf } from './resource-values.ts';
import { resourcesOfType, type Template } from './template.ts';

/** Creates the buckets that the template declares. Their objects live in memory and end with the cloud. */
export async function createBuckets(s3Url: string, template: Template): Promise<void> {
  const client = new S3Client(localClientConfig(s3Url));
  try {
    for (const bucket of resourcesOfType(template, 'AWS::S3::Bucket'))
      await client.send(new CreateBucketCommand({ Bucket: physicalNameOf(template, bucket) }));
  } finally {
    client.destroy();
  }
}
