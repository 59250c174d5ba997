/** Streaks of gifts, and how far somebody has come. */
export const levelsWords = {
  // Combos
  comboId: 'The streak that the gift belongs to: the Idempotency-Key of its first gift, which names its own.',
  'Combo.comboId': 'The streak: the Idempotency-Key of its first gift.',
  'Combo.state': '`open` while gifts can join it, or `closed`.',
  'Combo.gifts': 'How many gifts were paid for.',
  'Combo.quantity': 'How many their quantities make.',
  'Combo.coins': 'What they cost together.',
  firstAt: 'When the first of them was debited.',
  lastAt: 'When the last of them was debited.',
  closesAt: 'When it was closed, or will be unless another gift comes.',

  // Levels
  viewerId: 'The user who looks; without it, what others see.',
  ladder: 'Whose levels they are: `gifters` or `creators`.',
  id: 'The user, or the creator.',
  'UserLevel.version': 'The version of the levels in the catalogue.',
  'CreatorLevel.version': 'The version of the levels in the catalogue.',
  hidden: 'Present when the user does not want others to see it.',
  current: 'The level; absent below the first one.',
  next: 'The level after this one; absent on the last.',
  level: 'What the level is called in the catalogue.',
  badge: 'What its badge is called in the catalogue.',
  fromCoins: 'Where the level begins, in coins given.',
  fromDiamonds: 'Where the level begins, in diamonds earned.',
  missingCoins: 'How many coins are left to it.',
  missingDiamonds: 'How many diamonds are left to it.',
  'UserLevel.coins': 'Coins given in all, without those whose payment went back.',
  'CreatorLevel.diamonds': 'Diamonds earned in all, without those that were lost because a payment went back.',
};
