import { BlockList, isIP } from 'node:net';

/**
 * IPv4 networks that are not on the public internet, or lead somewhere else than they say
 * (https://www.iana.org/assignments/iana-ipv4-special-registry): this machine, private networks, the cloud's metadata.
 */
const notPublicV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/**
 * Of IPv6 only what is handed out to the public is (2000::/3), without the parts of it that carry an IPv4 address in them or
 * are set aside (https://www.iana.org/assignments/iana-ipv6-special-registry).
 */
const publicV6 = ['2000::', 3] as const;
const notPublicV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const refusedV4 = new BlockList();
for (const [network, prefix] of notPublicV4) refusedV4.addSubnet(network, prefix, 'ipv4');
const handedOutV6 = new BlockList();
handedOutV6.addSubnet(...publicV6, 'ipv6');
const refusedV6 = new BlockList();
for (const [network, prefix] of notPublicV6) refusedV6.addSubnet(network, prefix, 'ipv6');

/** Whether a server at this address can be one of the public internet. What is no address is none of it. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refusedV4.check(address, 'ipv4');
  return family === 6 && handedOutV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6');
}
