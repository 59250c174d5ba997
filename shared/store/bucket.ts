import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** One S3 bucket and the client that reaches it. */
export type Bucket = { client: S3Client; name: string };

/** A report of a hundred thousand lines is some 40 MB: longer than an item of a table, and worth a longer wait. */
const patience = {
  maxAttempts: 3,
  requestHandler: { requestTimeout: 30_000, connectionTimeout: 1_000, throwOnRequestTimeout: true },
} as const;

export function connectBucket(name: string): Bucket {
  return { client: new S3Client(patience), name };
}

export async function putObject(
  { client, name }: Bucket,
  { key, body, contentType }: { key: string; body: string; contentType: string },
): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: body, ContentType: contentType }));
}
