import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { closeServer, listen } from '../../infra/local/ports.ts';

export type AdMobSimulator = {
  keysUrl: string;
  /** How often the list of keys was asked for. */
  requests: () => number;
  /** Signs with another key from now on, and publishes it beside the former. */
  changeKey: () => void;
  /** A callback's query as Google makes it: signed as it is meant, then percent-encoded. */
  query: (parameters: Record<string, string>) => string;
  /** The signature over any text, with the id of the key. */
  signatureOf: (text: string) => string;
  close: () => Promise<void>;
};

/** Publishes keys and signs callbacks as AdMob does; `query` and `signatureOf` are what Google does for any app of anybody. */
export async function startAdMob(): Promise<AdMobSimulator> {
  let requests = 0;
  let keyId = 3_335_741_209;
  const published: { keyId: number; pem: string; base64: string }[] = [];
  const publish = (): KeyObject => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    keyId += 1;
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    published.push({ keyId, pem, base64: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') });
    return privateKey;
  };
  let key = publish();
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }));
  });
  const url = await listen(server, 0);
  const signatureOf = (text: string) =>
    `signature=${sign('sha256', Buffer.from(text), key).toString('base64url')}&key_id=${keyId}`;
  return {
    keysUrl: `${url}/admob/reward/verifier-keys.json`,
    requests: () => requests,
    changeKey() {
      key = publish();
    },
    query(parameters) {
      const pairs = Object.entries(parameters).toSorted(([one], [other]) => (one < other ? -1 : 1));
      const encoded = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      return `${encoded}&${signatureOf(pairs.map((pair) => pair.join('=')).join('&'))}`;
    },
    signatureOf,
    close: () => closeServer(server),
  };
}
