export interface Lap {
  /** By the clock on the wall. */
  readonly seconds: number;
  /** Of this process, all its threads, user and system: what a machine shared with others disturbs less. */
  readonly cpuSeconds: number;
}

/** Starts now; each call of what it answers tells the time since. */
export function startWatch(): () => Lap {
  const start = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  };
}
