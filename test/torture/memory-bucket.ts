import { type PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { localClientConfig } from '../../infra/local/credentials.ts';
import type { Bucket } from '../../shared/store/bucket.ts';
import { attemptError, chooseAttemptFault } from './aws-errors.ts';
import { callOut } from './invocation.ts';

/** A bucket that keeps the latest version of each object. */
export class MemoryBucket {
  readonly #objects = new Map<string, string>();

  read(key: string): string | undefined {
    return this.#objects.get(key);
  }

  /** What the product's code puts objects with: the SDK's client, answered here. */
  connect(): Bucket {
    const client = new S3Client(localClientConfig('http://127.0.0.1'));
    client.middlewareStack.add(
      (_next) => (args) =>
        callOut('put a report', async (call) => {
          const { Key = '', Body } = args.input as PutObjectCommandInput;
          const isFault = call?.chance.happens(call.invocation.weather.faults);
          const fault = call && isFault ? chooseAttemptFault(call.chance, false) : undefined;
          if (fault) call?.invocation.mishaps.push(`put a report #${call.number}: ${fault.name}`);
          if (fault?.effect !== 'none') this.#objects.set(Key, String(Body));
          if (fault) throw attemptError(fault);
          return { output: { $metadata: {} }, response: undefined };
        }) as never,
      { step: 'initialize', priority: 'low', name: 'tortureBucket' },
    );
    return { client, name: 'reports' };
  }
}
