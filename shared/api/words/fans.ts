const rechargeState =
  '`pending` until it is paid; `failed` after a declined attempt, which may be followed by another; `expired` when the ' +
  'quote has run out unpaid; `paid` when the coins are in the wallet. Of money that goes back: `partially_refunded`, ' +
  '`refunded`, `disputed` while a bank decides, `charged_back` when it decided for the buyer.';

/** What fans have and do. */
export const fansWords = {
  // Users and wallets
  region: 'The country whose prices, ages and rules apply.',
  birthDate: 'Without it the user can neither buy nor gift. It is never shown again.',
  refundDataConsent:
    'Whether the user agrees that an app store which decides about a refund is told how much of the purchase was used. ' +
    'Not, unless it is said.',
  ageKnown: 'Whether a birth date was given.',
  mayBuyAndGiftFrom: 'The first day on which the user may buy and gift.',
  'Wallet.coins': 'Coins that can be spent now: paid and promotional ones together.',
  paidCoins: 'Coins that were bought.',
  promoCoins: 'Coins that were given and have not expired; they are spent first.',
  owedCoins: 'Coins the user owes; gifting stops until the next recharges have repaid them.',
  'Wallet.status': 'A frozen wallet can neither gift nor buy.',
  'WalletStatus.status': 'A frozen wallet can neither gift nor buy.',
  'SetWalletStatusRequest.status': 'A frozen wallet can neither gift nor buy.',
  'Wallet.reservedCoins':
    'Coins that are set aside for promotions that run and goods on hold, and not spent yet; what is not spent of them comes back. In answers that read the wallet.',
  spent: 'Coins spent on gifts and in the shop in the running periods (UTC).',
  day: 'Coins spent today.',
  week: 'Coins spent since Monday.',
  month: 'Coins spent since the first of the month.',
  limits: 'What the user and the guardian let the user spend, in coins; empty where neither has set anything.',
  'wallet.coins': 'Coins that can be spent now. A replay shows the balance at the replay.',
  wallet: 'The wallet after this.',
  'WalletStatementLine.coins': 'Coins, signed: what came in is positive, what was spent is negative.',
  'WalletStatementLine.type': 'What moved the coins.',
  repaidCoins: 'Coins of a recharge that repaid what the wallet owed; they are not among `coins`.',

  // Catalogue
  channel: 'Through which the coins are bought; prices differ.',
  packages: 'From small to large.',
  'packages.coins': 'Coins that are bought.',
  custom:
    'Any number of coins within the bounds; absent where only packages are sold. So many coins cost `price` × coins ÷ ' +
    '`perCoins`, rounded up to what the provider can charge: a minor unit, or ten or a hundred of them in a few currencies.',
  'custom.packageId': 'The `packageId` of such a recharge.',
  minimumCoins: 'The fewest coins.',
  maximumCoins: 'The most coins.',
  'custom.price': 'The price of `perCoins` coins.',
  perCoins: 'How many coins cost `price`.',
  bonusCoins: 'Promotional coins that come on top.',
  price: 'What the buyer pays.',
  taxIncluded: 'Whether the price includes tax.',
  pricePerCoin: 'The price of one coin in the major unit of the currency, to five decimals: for display only.',
  'ListGiftsAnswer.gifts': 'What can be sent from the region now.',
  'ListGiftsAnswer.gifts.code': 'The code to send the gift by.',
  name: 'The name to show.',
  'ListGiftsAnswer.gifts.coins': 'Coins for one; absent where the amount is free.',
  freeAmount: 'The bounds of a free amount, in coins, for one.',
  minimum: 'The smallest amount, in coins.',
  maximum: 'The largest amount, in coins.',
  tier: 'How grand the gift is, for the order of a list.',
  surfaces: 'Where the gift can be sent.',
  version: 'The version of the catalogue in force.',

  // Recharges
  provider: 'Who takes the payment.',
  'Checkout.state': rechargeState,
  'Recharge.state': rechargeState,
  'CreateRechargeRequest.packageId': 'A coin package of the catalogue, or `custom` for as many coins as `coins` says.',
  'CreateRechargeRequest.coins': 'How many coins to buy; with the package `custom` only.',
  storefront:
    "The country of the device's app store, where the app can tell; another one than the user's region is refused.",
  'Checkout.coins': 'Coins that are bought.',
  'Recharge.coins': 'Coins that are bought.',
  withdrawalId: 'The id of the withdrawal: the Idempotency-Key that made it.',
  'Withdrawal.state':
    '`requested` while the provider is asked; `refunded` when it has taken the refund on; `refused` when it will not, and ' +
    'the coins are free again.',
  'Withdrawal.coins': 'Paid coins that are withdrawn from.',
  'Withdrawal.bonusCoins': 'Bonus coins that go with them.',
  refund: 'What the buyer gets back.',
  'Withdrawal.reason': "The provider's code for its refusal.",
  successUrl: 'Where the page sends a buyer who has paid. Being sent there proves nothing: read the recharge.',
  cancelUrl: 'Where the page sends a buyer who turns back.',
  'checkout.type':
    "`payment_intent`, the default: the app's own page takes the payment. `session`: a page of Stripe's or PayPal's does.",
  takenBack: 'What went back, or may go back, of the payment; absent where nothing does.',
  'takenBack.coins': 'Bought coins that left the wallet.',
  'takenBack.bonusCoins': 'Bonus coins that left the wallet.',
  'takenBack.owedCoins': 'Coins that had been spent, and are owed since; repaid or not.',
  frozenCoins: 'Coins that nobody can spend while their payment is disputed or on its way back.',
  refunded: 'The money that went back, by refunds and by disputes that were lost.',
  failure:
    "The provider's code of the last attempt to pay that was declined; `purchase_limit_reached` when the buyer agreed to pay an expired order whose part of the limits was used by others, `campaign_over` when its campaign had nothing left, and `account_closed` when the account was closed by then, so that nothing was taken.",
  checkout: 'The payment at the provider.',
  paymentIntentId: "Stripe's id of the payment.",
  sessionId: "Stripe's id of the Checkout Session.",
  url: 'The page on which the buyer pays; there as long as the order can be paid.',
  approveUrl: "PayPal's page, where the buyer agrees to pay; there as long as that is due.",
  clientSecret: "Lets the buyer's device pay; there as long as the order can be paid. Pass it on to that device only.",
  productId: 'The product of the app store to buy.',
  appAccountToken: 'The token to give to StoreKit with the purchase: the id of the recharge.',
  transactionId: "Apple's id of the transaction, once it is known.",
  signedTransaction: "StoreKit's `jwsRepresentation` of the transaction, unchanged.",
  orderId: "The provider's id of the order: PayPal's, or Google Play's once it is known.",
  obfuscatedAccountId: 'The account id to give to the billing library with the purchase: the id of the recharge.',
  purchaseToken: "The billing library's token of the purchase.",
  received: 'The event is dealt with for ever.',

  // Gifts
  'SendGiftRequest.senderId': 'The user who pays.',
  gift: 'The code of the gift.',
  'WalletStatementLine.gift': 'The gift, where one was sent.',
  quantity: 'How many of it: a combo is one gift with a quantity.',
  unitPrice: 'Coins for one; of a tip, its amount.',
  'SendGiftRequest.unitPrice': 'Coins for one, as the sender saw it; of a tip, the amount. Another price is refused.',
  'SentGift.coins': 'Coins that the gift cost: unit price times quantity.',
  'Gift.coins': 'Coins that the gift cost: unit price times quantity.',
  context: 'Where it is sent.',
  'context.type': 'The surface.',
  'context.id': "The app's id of the live, the video or the comment.",
  'GiftContext.type': 'The surface.',
  'GiftContext.id': "The app's id of the live, the video or the comment.",
  'SentGift.state': 'The sender has paid; the creator is credited within seconds.',
  'Gift.state': '`sent` once the sender has paid, `credited` once the creator has the diamonds.',
  'gift.state': '`sent` once the sender has paid, `credited` once the creator has the diamonds.',
  diamonds: 'Diamonds: a decimal string.',
  'SentGift.diamonds': 'What the creator gets, fixed when the gift was sent.',
  'Gift.diamonds': 'What the creator gets, fixed when the gift was sent.',

  // Gifts that live SDKs ask about
  'BillGift.webhook-id': 'An id of the request, without dots.',
  'BillGift.webhook-timestamp': 'When the request was sent, in seconds since 1970; five minutes from now at most.',
  'BillGiftRequest.orderId':
    "The SDK's id of the order, the same whenever it asks again; no other order of the sender has it.",
  'BillGiftRequest.orderedAt': 'When the order was made, the same whenever the SDK asks again.',
  'BillGiftRequest.senderId': 'The user who pays.',
  'BillGiftRequest.unitPrice': 'Coins for one, as the sender saw it; of a tip, the amount. Another price is refused.',
  allowed: 'Whether the gift is paid for and to be shown.',
  'BillGiftAnswer.code': '`ok`, `order_expired`, or a code with which `POST /v1/gifts` refuses.',
  'BillGiftAnswer.versions': 'The versions of the catalogue that the gift was sent under.',
  'BillGiftAnswer.replayed': 'Whether the gift was paid for when it was asked about before.',
  'BillGiftAnswer.coins': 'Coins that the gift cost: unit price times quantity.',
  'BillGiftAnswer.diamonds': 'What the creator gets, fixed when the gift was sent.',
  'BillGiftAnswer.state': 'The sender has paid; the creator is credited within seconds.',
  'BillGiftAnswer.detail': 'The refusal in a sentence, for logs.',
  'BillGiftAnswer.facts':
    'What stands beside the code of the refusal in a problem: what is left of coins or of a limit, the price.',
} as const satisfies Record<string, string>;
