/** What a connection may hold unfinished (its RDY), and what it does. */
export interface ReadyState {
  /** The RDY that was sent last. */
  readonly ready: number;
  readonly inFlight: number;
  /** The largest RDY that its server takes. */
  readonly max: number;
}

/**
 * The RDY that each connection should have so that all together hold `budget`: equal shares, and with fewer messages
 * than connections one each for as many, beginning at `turn`.
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
 * The RDY to send now. Lowering counts at once; a rise waits until what the other connections still hold leaves room, so
 * that never more than `budget` can be in flight, also while shares move from one connection to another.
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
