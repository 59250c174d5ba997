import { describe, expect, it } from 'vitest';
import { lookUpPublic, postWebhook } from '../../shared/events/post-webhook.ts';
import { isPublicAddress } from '../../shared/events/public-address.ts';
import { refuseUrl } from '../../shared/events/webhook-url.ts';

describe('an address that webhooks may go to', () => {
  it.each(['8.8.8.8', '93.184.215.14', '172.15.0.1', '172.32.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])(
    'is one of the public internet: %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ['this machine', '127.0.0.1'],
    ['this machine', '127.8.9.10'],
    ['this machine', '0.0.0.0'],
    ['this machine', '::1'],
    ['this machine, written as IPv6', '::ffff:127.0.0.1'],
    ['this machine, behind NAT64', '64:ff9b::7f00:1'],
    ['this machine, behind 6to4', '2002:7f00:1::'],
    ['a private network', '10.1.2.3'],
    ['a private network', '172.16.0.1'],
    ['a private network', '192.168.1.1'],
    ['a private network', 'fd00::1'],
    ["a provider's own network", '100.64.0.1'],
    ["the cloud's metadata", '169.254.169.254'],
    ["the cloud's metadata", 'fd00:ec2::254'],
    ["containers' credentials", '169.254.170.2'],
    ['a link', 'fe80::1'],
    ['many at once', '224.0.0.1'],
    ['everybody', '255.255.255.255'],
    ['no address', 'example.com'],
  ])('is not %s: %s', (_, address) => expect(isPublicAddress(address)).toBe(false));
});

describe('a URL that an operator types', () => {
  it.each(['https://app.example.com/events', 'https://app.example.com:8443/x?y=z', 'https://93.184.215.14/'])(
    'is taken: %s',
    (url) => expect(refuseUrl(url, 'public')).toBeUndefined(),
  );

  it.each([
    'http://app.example.com/',
    'ftp://app.example.com/',
    'file:///etc/passwd',
    'https://user:password@app.example.com/',
    'https://app.example.com/#part',
    'https://localhost/',
    'https://metadata/',
    'https://metadata.google.internal/',
    'https://printer.local/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://169.254.169.254/latest/meta-data/',
    'no url',
  ])('is refused: %s', (url) => expect(refuseUrl(url, 'public')).toMatch(/^The url .+\.$/));
});

describe('a name', () => {
  it.each([true, false])(
    'that means an address of this machine when the webhook is sent is not found, whatever it meant before',
    async (all) => {
      const error = await new Promise((resolve) => lookUpPublic('localhost', { all }, resolve));
      expect(error).toMatchObject({ name: 'WebhookUnanswered', message: 'localhost is not on the public internet.' });
    },
  );

  it('is what is looked up for a webhook: nothing is sent to one that is not public', async () => {
    const post = {
      url: 'https://app.invalid/',
      headers: {},
      body: '{}',
      targets: 'public',
      timeoutMilliseconds: 2_000,
    };
    await expect(postWebhook({ ...post, targets: 'public' })).rejects.toMatchObject({
      cause: { syscall: 'getaddrinfo' },
    });
  });

  it('is looked up for a URL that is taken in capital letters, too', async () => {
    const url = 'HTTPS://APP.INVALID/';
    expect(refuseUrl(url, 'public')).toBeUndefined();
    const post = { url, headers: {}, body: '{}', targets: 'public', timeoutMilliseconds: 2_000 } as const;
    await expect(postWebhook(post)).rejects.toMatchObject({ cause: { syscall: 'getaddrinfo' } });
  });
});
