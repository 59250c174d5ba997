import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';
import { localClientConfig, localRegion } from '../../infra/local/credentials.ts';
import type { Bucket } from '../../shared/store/bucket.ts';

export type TestReports = { url: string; client: S3Client; name: string; close(): Promise<void> };

/** A bucket of a real S3 emulator, in this process. */
export async function startReports(): Promise<TestReports> {
  const server = buildApp({ logger: false, defaultRegion: localRegion });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const client = new S3Client(localClientConfig(url));
  const name = 'reports';
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return {
    ...{ url, client, name },
    async close() {
      client.destroy();
      await server.close();
    },
  };
}

export function connectReports({ client, name }: TestReports): Bucket {
  return { client, name };
}

export async function readReport({ client, name }: TestReports, key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
  return (await Body?.transformToString()) ?? '';
}
