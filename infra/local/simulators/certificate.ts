import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';

/** A key pair and a certificate for it, signed with the same key. */
export type SigningIdentity = { privateKey: KeyObject; certificatePem: string };

const sha256WithRsaEncryption = '1.2.840.113549.1.1.11';
const commonName = '2.5.4.3';

/**
 * Makes a self-signed X.509 certificate (RFC 5280, version 1) with a new RSA key. It is written here byte by byte since
 * Node reads certificates and writes none, and OpenSSL's command is not on every machine.
 */
export async function createSigningIdentity({
  name,
  validFrom,
  validTo,
}: {
  name: string;
  validFrom: Date;
  validTo: Date;
}): Promise<SigningIdentity> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const algorithm = sequence(objectIdentifier(sha256WithRsaEncryption), der(0x05, Buffer.alloc(0)));
  const issuerAndSubject = sequence(der(0x31, sequence(objectIdentifier(commonName), der(0x0c, Buffer.from(name)))));
  const toBeSigned = sequence(
    serialNumber(),
    algorithm,
    issuerAndSubject,
    sequence(time(validFrom), time(validTo)),
    issuerAndSubject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', toBeSigned, privateKey)]));
  return { privateKey, certificatePem: pem(sequence(toBeSigned, algorithm, signature)) };
}

/** One DER value: its tag, its length (long form from 128 bytes on), its content. */
function der(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

function sequence(...values: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(values));
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

/** Seven bits a byte, most significant first; all bytes but the last have their high bit set. */
function base128(value: number): number[] {
  const high = Math.floor(value / 128);
  return [...(high > 0 ? base128(high).map((byte) => byte | 0x80) : []), value % 128];
}

/** A random positive number: the first byte is neither 0 nor has the sign bit. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return der(0x02, bytes);
}

/** UTCTime (RFC 5280 asks for it through 2049): YYMMDDhhmmssZ. */
function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
