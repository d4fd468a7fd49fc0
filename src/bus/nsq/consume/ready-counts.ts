/** How many messages a connection may have in flight (its RDY), and how many it has. */
export interface ReadyState {
  /** The RDY that was sent last. */
  readonly ready: number;
  readonly inFlight: number;
  /** The largest RDY that its server allows. */
  readonly max: number;
}

/**
 * The RDY of each connection so that their sum is `budget`: equal shares; with a budget below the number of connections,
 * 1 for that many connections, starting at `turn`.
 */
export function readyShares(budget: number, max: readonly number[], turn: number): number[] {
  const count = max.length;
  if (budget >= count) {
    const share = Math.floor(budget / count);
    const extra = budget % count;
    return max.map((limit, index) => Math.min(limit, index < extra ? share + 1 : share));
  }
  const start = count === 0 ? 0 : turn % count;
  return max.map((limit, index) => ((index - start + count) % count < budget ? Math.min(1, limit) : 0));
}

/**
 * The RDY to send now. A lower RDY applies at once; a higher one waits until the other connections have fewer messages in
 * flight. So at most `budget` are in flight, also while shares move from one connection to another.
 */
export function nextReady(budget: number, states: readonly ReadyState[], turn: number): number[] {
  const shares = readyShares(
    budget,
    states.map(({ max }) => max),
    turn,
  );
  const next = states.map(({ ready }, index) => Math.min(ready, shares[index] ?? 0));
  let capacity = budget;
  states.forEach(({ inFlight }, index) => {
    capacity -= Math.max(inFlight, next[index] ?? 0);
  });
  states.forEach(({ inFlight }, index) => {
    const inFlightNow = Math.max(inFlight, next[index] ?? 0);
    const targetShare = shares[index] ?? 0;
    if (capacity < 0 || targetShare <= (next[index] ?? 0)) return;
    const raised = Math.min(targetShare, inFlightNow + capacity);
    capacity -= Math.max(0, raised - inFlightNow);
    next[index] = raised;
  });
  return next;
}
