/** Stripe's code for whatever it says about our key rather than about the request. */
export const accessDenied = 'access_denied';

/** Stripe will not do what it was asked, and has not done it. `code` is Stripe's own, or `access_denied`. */
export class StripeRefused extends Error {
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`Stripe refused: ${code}`, options);
    this.name = 'StripeRefused';
    this.code = code;
  }
}
