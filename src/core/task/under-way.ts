/** A task that a worker has, as far as its place in a list is concerned. */
interface UnderWay {
  readonly record_id: number;
  readonly state: string;
  readonly worker: string | null;
  readonly host: string | null;
  readonly pid: number | null;
}

/** Those that run first, by worker; then those that were sent; the oldest first. */
export function inWorkingOrder<Task extends UnderWay>(tasks: readonly Task[]): Task[] {
  const rank = ({ state }: UnderWay): number => (state === "sent" ? 1 : 0);
  const place = ({ worker, host, pid }: UnderWay): string => JSON.stringify([worker, host, pid]);
  return tasks.toSorted((a, b) => rank(a) - rank(b) || compare(place(a), place(b)) || a.record_id - b.record_id);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
