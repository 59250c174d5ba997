/**
 * The provider may or may not have done what it was asked: the call timed out, broke off, was answered with a 5xx, or
 * the answer could not be read. Whoever catches this asks again under the same reference, and decides nothing else.
 */
export class ProviderOutcomeUnknown extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'ProviderOutcomeUnknown';
  }
}
