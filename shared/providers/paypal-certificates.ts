import { X509Certificate } from 'node:crypto';
import { WebhookRejected } from './webhook-rejected.ts';

/** Gives the PEM text of a certificate, `undefined` when there is none at that address, and throws on other failures. */
type FetchCertificate = (url: URL) => Promise<string | undefined>;

export type CertificateSource = {
  /** Origins whose certificates are believed: https://api.paypal.com, or https://api.sandbox.paypal.com for the sandbox. */
  certificateOrigins: string[];
  fetchCertificate?: FetchCertificate;
};

/** PayPal signs with one or two certificates at a time; the bound only keeps strange addresses from filling the memory. */
const mostCertificatesKept = 8;
const fetchTimeoutSeconds = 5;
const certificatePath = /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]+$/;

/** Finds the certificate that a webhook names, and keeps those that it found. */
export function createCertificateStore({ certificateOrigins, fetchCertificate = fetchPem }: CertificateSource) {
  const kept = new Map<string, X509Certificate>();

  return async function certificateAt(address: string, now: Date): Promise<X509Certificate> {
    const url = trustedUrl(address, certificateOrigins);
    const certificate = kept.get(url.href) ?? (await load(url, fetchCertificate));
    if (!isValidAt(certificate, now)) {
      kept.delete(url.href);
      throw new WebhookRejected('bad_signature', 'the certificate is not valid at this time');
    }
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= mostCertificatesKept && !kept.has(url.href)) kept.delete(oldest);
    kept.set(url.href, certificate);
    return certificate;
  };
}

/** Whoever chooses the certificate chooses the signer, so nothing but PayPal's own certificate addresses will do. */
function trustedUrl(address: string, origins: string[]): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isTrusted = url !== undefined && origins.includes(url.origin) && certificatePath.test(url.pathname);
  if (!isTrusted || url.username || url.password || url.search || url.hash) {
    throw new WebhookRejected('bad_signature', 'the certificate is not at a trusted address');
  }
  return url;
}

async function load(url: URL, fetchCertificate: FetchCertificate): Promise<X509Certificate> {
  const pem = await fetchCertificate(url);
  if (pem === undefined) throw new WebhookRejected('bad_signature', 'there is no such certificate');
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new WebhookRejected('bad_signature', 'the certificate cannot be read', { cause: error });
  }
}

function isValidAt(certificate: X509Certificate, now: Date): boolean {
  return certificate.validFromDate <= now && now <= certificate.validToDate;
}

/** A certificate that cannot be fetched for the moment is a fault, not a forgery: PayPal delivers again after a 5xx. */
async function fetchPem(url: URL): Promise<string | undefined> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fetchTimeoutSeconds * 1000) });
  if (response.ok) return response.text();
  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429) throw new Error(`${url.origin} answered ${response.status}`);
  return undefined;
}
