import { generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { der, objectIdentifier, sequence, serialNumber, time } from './der.ts';

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

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
