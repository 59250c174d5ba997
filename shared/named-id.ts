import { createHash } from 'node:crypto';

/**
 * The id of something that has a name and a time already: always the same one of the same two, in the shape of a UUIDv7 of that
 * time.
 */
export function idOfName(name: string, moment: Date): string {
  const time = moment.getTime().toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(name).digest('hex');
  // RFC 9562: version 7 in the first digit of the third group, variant 10 in the first two bits of the fourth.
  const variant = ((Number.parseInt(hash.slice(3, 4), 16) & 0b0011) | 0b1000).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
