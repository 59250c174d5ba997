/** What every part of the API speaks of. */
export const generalWords = {
  // Schemas
  AppId:
    "The app's own id of a user, a creator, a live or a video: up to 64 letters, digits, `_`, `.`, `:`, `@` and `-`, " +
    'beginning with a letter or digit.',
  UuidV7: 'A UUIDv7 (RFC 9562) in lower case; it sorts by the time it was made.',
  Region: 'An ISO 3166-1 alpha-2 country code.',
  Currency: 'An ISO 4217 currency code.',
  Cash: 'An amount of money: an integer in the minor unit of its currency. `{"amount": 1299, "currency": "USD"}` is $12.99.',
  'Cash.amount': 'In the minor unit of the currency: cents of a dollar, whole yen.',
  'Cash.currency': 'The ISO 4217 code of the currency.',
  Diamonds: 'Diamonds, as a decimal string with up to three decimals: `"1349.5"`.',
  GiftContext: 'Where a gift was sent.',
  Problem: 'An error (RFC 9457). The `code` is stable; the facts of the case stand beside these members.',
  GatewayMessage: 'What API Gateway says when it answers in place of a function.',

  // People and ids
  userId: "The app's id of the user.",
  creatorId: "The app's id of the creator.",
  senderId: 'The user who sent the gift.',
  ownerUserId: 'The user behind the creator. Stays the same for ever.',
  guardian: 'The user id of a parent or other guardian. Naming one is agreeing to that guardian.',
  giftId: 'The id of the gift: the Idempotency-Key it was sent under.',
  rechargeId: 'The id of the recharge: the Idempotency-Key it was created under.',
  payoutId: 'The id of the payout: the Idempotency-Key it was requested under, or that of the run that requested it.',
  grantId: 'The id of the grant: the Idempotency-Key it was made under.',
  runId: 'The id of the payout run.',
  packageId: 'The id of the coin package in the catalogue.',
  entryId: 'The id of the entry; a gift, recharge or grant has the same id as its entry.',

  // Times
  at: 'When it was entered.',
  registeredAt: 'When the user was first registered.',
  createdAt: 'When the creator was first registered.',
  sentAt: 'When the gift was sent.',
  paidAt: 'When the payment was credited.',
  expiresAt: 'Until then the buyer is asked to pay. A payment that succeeds later is credited as quoted all the same.',
  requestedAt: 'When the payout was requested.',
  updatedAt: 'When it changed last.',
  startedAt: 'When it started.',
  finishedAt: 'When it finished.',
  nextPayoutAt: 'From when on the next scheduled payout is due; absent without a schedule.',

  // Lists and headers
  limit: 'How many there are at most in one answer.',
  cursor: 'The `nextCursor` of the page before, unchanged. Absent for the first page.',
  nextCursor: 'Asks for the next page; absent on the last.',
  entries: 'The lines of the statement, newest first.',
  payouts: 'The payouts, newest first.',
  'Stripe-Signature': "Stripe's signature over its time and the exact bytes of the body (HMAC-SHA256).",
  'PayPal-Transmission-Id': "PayPal's id of the delivery; part of what is signed.",
  'PayPal-Transmission-Time': 'When PayPal sent the delivery; part of what is signed.',
  'PayPal-Cert-Url': "Where PayPal's certificate is; only PayPal's own hosts are believed.",
  'PayPal-Auth-Algo': 'Always `SHA256withRSA`.',
  'PayPal-Transmission-Sig': 'The signature, in base64.',

  // Errors
  'Problem.type': 'A URI that names the kind of problem; it ends in the code, with hyphens.',
  title: 'The kind of problem, for people.',
  'Problem.status': 'The HTTP status.',
  'Problem.code': 'The kind of problem, for programs. It never changes its meaning.',
  detail: 'What was wrong, what was expected and what to do. For people; not to be parsed.',
  errors: 'The fields that are wrong; the values themselves are never repeated.',
  field: 'The path of the field; empty for the whole.',
  problem: 'What the field should be.',
  message: 'What the gateway says.',

  // The API itself
  'GetHealthAnswer.status': 'Always `ok`: an API that does not answer says nothing.',
  'GetHealthAnswer.version': 'The version of the software.',
  openapi: 'The version of the OpenAPI Specification.',
} as const satisfies Record<string, string>;
