import { actAt, buyThousand, diamondsOf, registerCreator, registerFan, type Stage, sendGift, until } from './steps.ts';

/**
 * Coins are bought through every provider. Bea's payment goes back after half of its coins were spent: the rest leaves her
 * wallet, what was spent is owed, and the gift is reversed; her next purchase repays the debt. Ben's payment is disputed, and
 * its coins are frozen until the dispute is won.
 * @throws Error when any step does not come out as it should.
 */
export async function playPayments(stage: Stage): Promise<void> {
  for (const userId of ['bea', 'ben', 'dora']) await registerFan(stage, userId);
  await registerCreator(stage, { creatorId: 'di', ownerUserId: 'dora' });
  await refundAfterHalf(stage);
  await winDispute(stage);
}

async function refundAfterHalf(stage: Stage): Promise<void> {
  const { print } = stage;
  const { orderId } = await buyThousand(stage, 'bea', 'paypal');
  const coins = await sendGift(stage, { senderId: 'bea', creatorId: 'di', gift: 'tip', unitPrice: 500 });
  await until('Di is credited', async () => (await diamondsOf(stage, 'di')).available === '250');
  print(`  Bea buys 1,000 coins through PayPal, tips Di with 500 and has ${coins} left; Di is credited 250 diamonds`);
  await actAt(stage, 'paypal', `captures/${orderId}/refund`);
  await until('the coins are taken back', () => holds(stage, 'bea', { coins: 0, owedCoins: 500 }));
  print('  PayPal refunds her: the 500 coins leave the wallet, and the 500 that were spent are owed');
  await reverseGifts(stage);
  await until('the gift is reversed', async () => (await diamondsOf(stage, 'di')).available === '0');
  print("  Di's 250 diamonds of that gift are reversed");
  await buyThousand(stage, 'bea', 'apple');
  await until('the debt is repaid', () => holds(stage, 'bea', { coins: 500, owedCoins: 0 }));
  print('  Bea buys 1,000 coins in the App Store: 500 repay what she owes, and she has 500');
}

async function winDispute(stage: Stage): Promise<void> {
  const { print } = stage;
  await buyThousand(stage, 'ben', 'google');
  const { paymentIntentId } = await buyThousand(stage, 'ben', 'stripe');
  print('  Ben buys 1,000 coins at Google Play and 1,000 by card');
  const dispute = await actAt<{ id: string }>(stage, 'stripe', `payment_intents/${paymentIntentId}/dispute`);
  await until('the coins are frozen', () => holds(stage, 'ben', { coins: 1000, frozenCoins: 1000 }));
  print('  His bank disputes the card payment: its 1,000 coins are frozen, the others can be spent');
  await actAt(stage, 'stripe', `disputes/${dispute.id}/won`);
  await until('the coins are thawed', () => holds(stage, 'ben', { coins: 2000, frozenCoins: 0 }));
  print('  The dispute is won: he has all 2,000 again');
}

/** Its schedule runs the function every minute; nobody wants to watch that. */
async function reverseGifts({ cloud }: Stage): Promise<void> {
  await cloud.invoke('ReverseGifts', {});
}

async function holds({ api }: Stage, userId: string, expected: Record<string, number>): Promise<boolean> {
  const { body } = await api.get(`/v1/users/${userId}/wallet`);
  return Object.entries(expected).every(([name, coins]) => body[name] === coins);
}
