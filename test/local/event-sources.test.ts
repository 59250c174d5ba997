import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FixtureCloud, startFixture } from './fixture/start.ts';

let fixture: FixtureCloud;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(async () => {
  await fixture.close();
});

interface ItemOptions {
  sk?: string;
  failures?: number;
  throws?: boolean;
}

async function put(id: string, { sk = 'HEAD', failures = 0, throws = false }: ItemOptions = {}): Promise<void> {
  await fixture.dynamodb.send(
    new PutItemCommand({
      TableName: fixture.cloud.tableName,
      Item: {
        pk: { S: id },
        sk: { S: sk },
        failures: { N: String(failures) },
        throws: { BOOL: throws },
        b: { B: Buffer.from('b') },
      },
    }),
  );
}

async function send(message: { id: string; failures?: number }, queue = 'Work'): Promise<void> {
  const QueueUrl = fixture.cloud.queueUrls[queue];
  await fixture.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
}

describe('a stream source', () => {
  it('hands over a record as Lambda does', async () => {
    await put('shape');
    await fixture.noteOf('relayed shape');
    const record = JSON.parse(await fixture.noteOf('last record'));
    expect(record).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventSourceARN: expect.stringContaining(':table/Fixture-Ledger'),
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'shape' }, sk: { S: 'HEAD' } },
        NewImage: { b: { B: Buffer.from('b').toString('base64') } },
        SequenceNumber: expect.any(String),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  it('leaves out what the filter does not match', async () => {
    await put('ignored', { sk: 'OTHER' });
    await put('changed');
    await fixture.noteOf('relayed changed');
    await fixture.dynamodb.send(
      new UpdateItemCommand({
        TableName: fixture.cloud.tableName,
        Key: { pk: { S: 'changed' }, sk: { S: 'HEAD' } },
        UpdateExpression: 'SET again = :yes',
        ExpressionAttributeValues: { ':yes': { BOOL: true } },
      }),
    );
    await put('after');
    await fixture.noteOf('relayed after');
    expect(await fixture.countOf('attempts ignored')).toBe(0);
    expect(await fixture.countOf('attempts changed')).toBe(1);
  });

  it('repeats from the record that failed, in order, and skips none', async () => {
    await put('first');
    await put('stubborn', { failures: 3 });
    await put('last');
    const order = [];
    for (const id of ['first', 'stubborn', 'last']) order.push(Number(await fixture.noteOf(`relayed ${id}`)));
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(await fixture.countOf('attempts stubborn')).toBe(4);
    expect(await fixture.countOf('attempts first')).toBe(1);
  });

  it('repeats the whole batch when the function throws', async () => {
    await put('thrower', { failures: 2, throws: true });
    await fixture.noteOf('relayed thrower');
    expect(await fixture.countOf('attempts thrower')).toBe(3);
    expect(fixture.logged.join('\n')).toContain('cannot relay');
  });
});

describe('a queue source', () => {
  it('hands over a message as Lambda does, and deletes it when it was handled', async () => {
    await send({ id: 'plain' });
    const record = JSON.parse(await fixture.noteOf('worked plain'));
    expect(record).toMatchObject({
      body: '{"id":"plain"}',
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:Fixture-Work/),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d+$/) },
      messageAttributes: {},
    });
    await vi.waitFor(async () => expect(await messagesIn('Work')).toBe(0), { timeout: 5_000 });
  });

  it('lets a message that failed come back after the visibility timeout, without those that were handled', async () => {
    await Promise.all([send({ id: 'once', failures: 1 }), send({ id: 'beside' })]);
    await fixture.noteOf('worked once');
    expect(await fixture.countOf('attempts once')).toBe(2);
    expect(await fixture.countOf('attempts beside')).toBe(1);
  });

  it('leaves a message that keeps failing to the redrive policy', async () => {
    await send({ id: 'poison', failures: 99 });
    const QueueUrl = fixture.cloud.queueUrls.DeadLetters;
    const { Messages } = await fixture.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 15 }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['{"id":"poison","failures":99}']);
    expect(await fixture.countOf('attempts poison')).toBe(2);
  });
});

describe('a trigger', () => {
  it('has run once when the cloud is ready', async () => {
    expect(await fixture.countOf('seeded')).toBe(1);
  });
});

async function messagesIn(queue: string): Promise<number> {
  const { Attributes } = await fixture.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: fixture.cloud.queueUrls[queue], AttributeNames: ['All'] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
}
