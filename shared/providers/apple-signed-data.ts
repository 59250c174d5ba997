import {
  Environment,
  SignedDataVerifier,
  VerificationException,
  VerificationStatus,
} from '@apple/app-store-server-library';
import { WebhookRejected } from './webhook-rejected.ts';

/** Where an app's purchases are real (`Production`), and where nobody pays for them (`Sandbox`). */
export type AppleEnvironment = 'Production' | 'Sandbox';

/** Whose signatures count, and what they must be about. */
export type AppleTrust = {
  /** In base64 (DER), separated by spaces. */
  rootCertificates: string;
  environment: AppleEnvironment;
  bundleId: string;
  /** The app's number in the App Store; Apple tells it for production only. */
  appAppleId: string;
};

/**
 * Verifies what Apple signs, through Apple's own library, which adds about 760 kB to a function and doubles its load time
 * (a third of both is jsrsasign): only Apple's functions import this file. Each call gives what was signed, and throws `WebhookRejected` for what Apple did not sign for this app
 * and environment.
 *
 * Certificates are traced to the given roots and must be valid when the data was signed, in all stages. The library's
 * online checks stay off. With them, each new instance asks Apple's OCSP responder about two certificates, and again
 * every 15 minutes; it waits 30 seconds for that, which is longer than these functions live, so that a responder out of
 * reach would stop all purchases and refunds of the App Store. They also want certificates to be valid now, and would refuse
 * what Apple delivers late, or tells from its history, once it has replaced the one that signed it.
 *
 * What remains is a signing key that was stolen from Apple and revoked. It could pay orders that were made here, one product
 * each, and what it paid is missing when Apple's own lists are compared with the ledger. Should it come to that, take the root
 * out of the secret: nothing is believed within five minutes, and Apple sends its notifications again for three days.
 */
export type AppleVerifier = {
  transaction(signedTransaction: string): Promise<unknown>;
  notification(signedPayload: string): Promise<unknown>;
};

export const appleEnvironments = { Production: Environment.PRODUCTION, Sandbox: Environment.SANDBOX } as const;

export function createAppleVerifier({
  rootCertificates,
  environment,
  bundleId,
  appAppleId,
}: AppleTrust): AppleVerifier {
  const roots = rootCertificates
    .trim()
    .split(/\s+/)
    .map((certificate) => Buffer.from(certificate, 'base64'));
  const asksOnline = false;
  const verifier = new SignedDataVerifier(
    roots,
    asksOnline,
    appleEnvironments[environment],
    bundleId,
    Number(appAppleId),
  );
  return {
    transaction: (signed) => believed(verifier.verifyAndDecodeTransaction(signed)),
    notification: (signed) => believed(verifier.verifyAndDecodeNotification(signed)),
  };
}

async function believed<Decoded>(verification: Promise<Decoded>): Promise<Decoded> {
  try {
    return await verification;
  } catch (error) {
    if (!(error instanceof VerificationException)) throw error;
    throw rejectionOf(error);
  }
}

function rejectionOf(error: VerificationException): WebhookRejected {
  switch (error.status) {
    case VerificationStatus.INVALID_APP_IDENTIFIER:
      return new WebhookRejected('other_recipient', 'it is for another app', { cause: error });
    case VerificationStatus.INVALID_ENVIRONMENT:
      return new WebhookRejected('other_recipient', 'it is of another environment', { cause: error });
    case VerificationStatus.FAILURE:
      return new WebhookRejected('malformed', 'it does not have the shape of signed data of the App Store', {
        cause: error,
      });
    default:
      return new WebhookRejected('bad_signature', 'no chain of certificates leads from it to a trusted root', {
        cause: error,
      });
  }
}
