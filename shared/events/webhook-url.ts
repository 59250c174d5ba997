import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** Where webhooks may go: servers of the public internet over TLS, or, on a developer's machine, anywhere. */
export type WebhookTargets = 'public' | 'any';

/** Why nothing is ever sent to a URL, in a sentence; nothing when something may be. */
export function refuseUrl(text: string, targets: WebhookTargets): string | undefined {
  if (!URL.canParse(text)) return 'The url is not a URL.';
  const { protocol, username, password, hash, hostname } = new URL(text);
  if (username !== '' || password !== '') return 'The url must carry no user name and no password.';
  if (hash !== '') return 'The url must have no fragment.';
  if (targets === 'any') return /^https?:$/.test(protocol) ? undefined : 'The url must be an https URL.';
  if (protocol !== 'https:') return 'The url must be an https URL.';
  const address = addressIn(hostname);
  if (address === undefined ? isLocalName(hostname) : !isPublicAddress(address))
    return 'The url must be one of a server on the public internet.';
  return undefined;
}

/** The address, where the host is one and not a name; IPv6 stands in brackets. */
function addressIn(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}

function isLocalName(hostname: string): boolean {
  return !hostname.includes('.') || /\.(localhost|local|internal)\.?$/.test(hostname);
}
