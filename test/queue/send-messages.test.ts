import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { sendMessage, sendMessages } from '../../shared/queue/send-messages.ts';
import { isTransient } from '../../shared/store/contention.ts';

const client = new SQSClient({ region: 'us-east-1' });
const queue = { client, url: 'https://sqs.us-east-1.amazonaws.com/1/credits' };
const sqs = mockClient(client);

beforeEach(() => {
  sqs.reset();
});

function messages(count: number, bytes = 10) {
  return Array.from({ length: count }, (_, position) => ({
    body: { position, text: 'x'.repeat(bytes) },
    group: `creator-${position}`,
  }));
}

function sentSizes(): number[] {
  return sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries?.length ?? 0);
}

describe('sending messages', () => {
  it('sends ten at a time, each in the fair share of its group', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    expect(await sendMessages(queue, messages(23))).toEqual(new Set());
    expect(sentSizes()).toEqual([10, 10, 3]);
    const [first] = sqs.commandCalls(SendMessageBatchCommand);
    expect(first?.args[0].input.Entries?.[3]).toMatchObject({ Id: '3', MessageGroupId: 'creator-3' });
  });

  it('keeps batches below the size SQS takes', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await sendMessages(queue, messages(3, 400_000));
    expect(sentSizes()).toEqual([2, 1]);
  });

  it('says which messages were not taken, one by one or a whole call', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [{ Id: '4', Code: 'InternalError', SenderFault: false }] })
      .rejectsOnce(new Error('no answer'));
    expect(await sendMessages(queue, messages(12))).toEqual(new Set([4, 10, 11]));
  });

  it('sends nothing when there is nothing', async () => {
    expect(await sendMessages(queue, [])).toEqual(new Set());
    expect(sentSizes()).toEqual([]);
  });

  it('tells whoever must know at once that to come back may help', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('no answer'));
    const failure = await sendMessage(queue, { body: {}, group: 'g' }).catch((error: unknown) => error);
    expect(isTransient(failure)).toBe(true);
  });
});
