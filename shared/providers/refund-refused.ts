/** A provider will not give money back, and has not; asking again would be answered the same. `code` is the provider's own. */
export class RefundRefused extends Error {
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`The refund was refused: ${code}`, options);
    this.name = 'RefundRefused';
    this.code = code;
  }
}
