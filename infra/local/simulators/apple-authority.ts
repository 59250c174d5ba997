import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { der, objectIdentifier, sequence, serialNumber, time } from './der.ts';

/** What an App Store signs with: a key, and the certificates from its own up to the root, in base64 (DER). */
export type AppleAuthority = { privateKeyPem: string; chain: [leaf: string, intermediate: string, root: string] };

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';
const basicConstraints = '2.5.29.19';
/** By these marks Apple's library knows the certificates that are for the App Store's receipts, and for developers. */
const receiptSigning = '1.2.840.113635.100.6.11.1';
const worldwideDeveloperRelations = '1.2.840.113635.100.6.2.1';

const derNull = der(0x05, Buffer.alloc(0));
const derTrue = der(0x01, Buffer.of(0xff));

export type AuthorityOptions = {
  validFrom?: Date;
  validTo?: Date;
  /** `false` leaves out the mark of a certificate that may sign receipts. */
  isForReceipts?: boolean;
};

/** Makes a root, an intermediate and a signing certificate as Apple has them: X.509 version 3, all keys on P-256. */
export function createAppleAuthority(options: AuthorityOptions = {}): AppleAuthority {
  const { isForReceipts = true } = options;
  const validity = {
    validFrom: options.validFrom ?? new Date(Date.now() - 86_400_000),
    validTo: options.validTo ?? new Date(Date.now() + 365 * 86_400_000),
  };
  const [root, intermediate, leaf] = [newKeys(), newKeys(), newKeys()];
  const isAuthority = extension(basicConstraints, sequence(derTrue), { isCritical: true });
  const certificates = [
    certificate({
      ...validity,
      subject: 'Simulated App Store Receipt Signing',
      publicKey: leaf.publicKey,
      issuer: { name: 'Simulated Developer Relations', privateKey: intermediate.privateKey },
      extensions: isForReceipts ? [extension(receiptSigning, derNull)] : [extension(basicConstraints, sequence())],
    }),
    certificate({
      ...validity,
      subject: 'Simulated Developer Relations',
      publicKey: intermediate.publicKey,
      issuer: { name: 'Simulated Root CA', privateKey: root.privateKey },
      extensions: [isAuthority, extension(worldwideDeveloperRelations, derNull)],
    }),
    certificate({
      ...validity,
      subject: 'Simulated Root CA',
      publicKey: root.publicKey,
      issuer: { name: 'Simulated Root CA', privateKey: root.privateKey },
      extensions: [isAuthority],
    }),
  ];
  return {
    privateKeyPem: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    chain: certificates.map((one) => one.toString('base64')) as AppleAuthority['chain'],
  };
}

/** The authority of a data folder, so that what it has signed is believed in the next run too; without one, a new one. */
export function keepAppleAuthority(dataDirectory: string | undefined): AppleAuthority {
  if (dataDirectory === undefined) return createAppleAuthority();
  const file = join(dataDirectory, 'apple-authority.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as AppleAuthority;
  const authority = createAppleAuthority({ validTo: new Date(Date.now() + 3650 * 86_400_000) });
  mkdirSync(dataDirectory, { recursive: true });
  writeFileSync(file, JSON.stringify(authority), { mode: 0o600 });
  return authority;
}

/** Signs as the App Store does: a JSON Web Signature (ES256) that carries its certificates. */
export function signAsApple({ privateKeyPem, chain }: AppleAuthority, payload: object): string {
  const signed = `${base64Url({ alg: 'ES256', x5c: chain })}.${base64Url(payload)}`;
  const key = createPrivateKey(privateKeyPem);
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function base64Url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

type CertificateParts = {
  subject: string;
  publicKey: KeyObject;
  issuer: { name: string; privateKey: KeyObject };
  validFrom: Date;
  validTo: Date;
  extensions: Buffer[];
};

function certificate({ subject, publicKey, issuer, validFrom, validTo, extensions }: CertificateParts): Buffer {
  const algorithm = sequence(objectIdentifier(ecdsaWithSha256));
  const version3 = der(0xa0, der(0x02, Buffer.of(2)));
  const toBeSigned = sequence(
    version3,
    serialNumber(),
    algorithm,
    nameOf(issuer.name),
    sequence(time(validFrom), time(validTo)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', toBeSigned, issuer.privateKey)]));
  return sequence(toBeSigned, algorithm, signature);
}

function nameOf(name: string): Buffer {
  return sequence(der(0x31, sequence(objectIdentifier(commonName), der(0x0c, Buffer.from(name)))));
}

function extension(identifier: string, value: Buffer, { isCritical = false } = {}): Buffer {
  return sequence(objectIdentifier(identifier), ...(isCritical ? [derTrue] : []), der(0x04, value));
}
