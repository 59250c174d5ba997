import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ordered, sendInOrder } from '../../shared/queue/send-in-order.ts';

const client = new SQSClient({ region: 'us-east-1' });
const queue = { client, url: 'https://sqs.us-east-1.amazonaws.com/1/webhooks.fifo' };
const sqs = mockClient(client);

beforeEach(() => {
  sqs.reset();
});

function messages(...names: string[]): Ordered[] {
  return names.map((name) => ({ body: name, group: name.slice(0, 1), deduplicationId: name }));
}

function calls(): string[][] {
  return sqs
    .commandCalls(SendMessageBatchCommand)
    .map(({ args }) => (args[0].input.Entries ?? []).map(({ MessageBody = '' }) => JSON.parse(MessageBody)));
}

describe('sending in order', () => {
  it('puts no two messages of a group into one call, and begins no round before the last has ended', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    expect(await sendInOrder(queue, messages('a1', 'a2', 'b1', 'a3', 'c1', 'b2'))).toEqual(new Set());
    expect(calls()).toEqual([['a1', 'b1', 'c1'], ['a2', 'b2'], ['a3']]);
  });

  it('sends nothing of a group after a message of it that was not taken, and goes on with the others', async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] })
      .resolves({});
    expect(await sendInOrder(queue, messages('a1', 'a2', 'b1', 'a3', 'b2'))).toEqual(new Set([0, 1, 3]));
    expect(calls()).toEqual([['a1', 'b1'], ['b2']]);
  });

  it('tells SQS what is one message, however often it is sent', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await sendInOrder(queue, messages('a1'));
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input.Entries).toEqual([
      { Id: '0', MessageBody: '"a1"', MessageGroupId: 'a', MessageDeduplicationId: 'a1' },
    ]);
  });
});
