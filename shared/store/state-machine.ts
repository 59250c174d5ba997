/**
 * State machines as data. A machine is a record of transitions; each lists the states it may start from and the one it
 * leads to. The condition of the write is made from that list, so that code and store can never disagree about it.
 */
export type Transition<State extends string> = { readonly from: readonly State[]; readonly to: State };

/** Whether an item in `state` may take the transition: for decisions made from an item that has been read. */
export function mayTake<State extends string>(transition: Transition<State>, state: State): boolean {
  return transition.from.includes(state);
}

/** The parts of an update that takes a transition, for an item that keeps its state in the attribute `state`. */
export type TransitionUpdate = {
  /** Holds only in the states that the transition may start from; never for an item that does not exist. */
  condition: string;
  /** Belongs after `SET`. */
  assignment: string;
  names: Record<string, string>;
  values: Record<string, string>;
};

export function takeTransition<State extends string>({ from, to }: Transition<State>): TransitionUpdate {
  const { condition, names, values } = isInOneOf(from);
  return { condition, assignment: '#state = :toState', names, values: { ...values, ':toState': to } };
}

/** The condition alone, for an update that leaves the state as it is. */
export function isInOneOf<State extends string>(states: readonly State[]): Omit<TransitionUpdate, 'assignment'> {
  const values = Object.fromEntries(states.map((state, position) => [`:fromState${position}`, state]));
  return { condition: `#state IN (${Object.keys(values).join(', ')})`, names: { '#state': 'state' }, values };
}
