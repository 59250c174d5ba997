import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Keys of accounts at the providers; made once, because that takes longer than anything else of a round's beginning. */
export const rsaKey = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
export const ecKey = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));

function pemOf({ privateKey }: { privateKey: KeyObject }): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
