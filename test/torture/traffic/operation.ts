import { type Chance, chanceAt } from '../chance.ts';
import type { World } from '../world.ts';
import type { OperationKind, Plan } from './plan.ts';

/** One operation of the run, with its own stream of choices. */
export type Operation = { number: number; world: World; plan: Plan; chance: Chance; now: number };

export function operationAt(world: World, plan: Plan, number: number): Operation {
  return { number, world, plan, chance: chanceAt(world.seed, number, 'does'), now: world.timeline.timeOf(number) };
}

/** An earlier operation, to be repeated or carried on. */
export function earlierOperation({ world, plan, number }: Operation, kind: OperationKind): Operation | undefined {
  const earlier = plan.earlier(number, kind);
  return earlier === undefined ? undefined : operationAt(world, plan, earlier);
}
