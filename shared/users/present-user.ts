import type * as z from 'zod/mini';
import type { RegisteredUser } from './put-user.ts';
import type { UserAnswer } from './schemas.ts';

export function presentUser({ user, adultOn }: RegisteredUser): z.infer<typeof UserAnswer> {
  return {
    userId: user.userId,
    region: user.region,
    ...(user.guardian !== undefined && { guardian: user.guardian }),
    refundDataConsent: user.refundDataConsent === true,
    ageKnown: adultOn !== undefined,
    ...(adultOn !== undefined && { mayBuyAndGiftFrom: adultOn }),
    registeredAt: user.registeredAt,
  };
}
