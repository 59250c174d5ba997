import { randomBytes } from 'node:crypto';

/** One DER value: its tag, its length (long form from 128 bytes on), its content. */
export function der(tag: number, content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

export function sequence(...values: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(values));
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

/** Seven bits a byte, most significant first; all bytes but the last have their high bit set. */
function base128(value: number): number[] {
  const high = Math.floor(value / 128);
  return [...(high > 0 ? base128(high).map((byte) => byte | 0x80) : []), value % 128];
}

/** A random positive number: the first byte is neither 0 nor has the sign bit. */
export function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return der(0x02, bytes);
}

/** UTCTime (RFC 5280 asks for it through 2049): YYMMDDhhmmssZ. */
export function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
