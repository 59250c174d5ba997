import type { Canary } from './canary.ts';

const traffic = { gift: 30, recharge: 8, pay: 10, grant: 5, freeze: 4, relay: 15, credit: 15, announce: 30 };

export const eventCanaries: Canary[] = [
  {
    name: 'announcer-swallows-what-the-bus-refused',
    breaks: 'Events that the bus did not take count as told.',
    sabotage: () => ({ queueAnswer: (queue, failed) => (queue === 'bus' ? [] : failed) }),
    traffic,
  },
  {
    name: 'announcer-swallows-a-failed-send',
    breaks: 'Webhooks that the queue did not take count as sent.',
    sabotage: () => ({ queueAnswer: (queue, failed) => (queue === 'webhooks' ? [] : failed) }),
    traffic,
  },
];
