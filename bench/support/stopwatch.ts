export interface Lap {
  /** Wall time. */
  readonly seconds: number;
  /** Of this process, all its threads, user and system: other programs on the machine disturb it less. */
  readonly cpuSeconds: number;
}

/** Start now; each call of the returned function gives the time since. */
export function startWatch(): () => Lap {
  const start = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  };
}
