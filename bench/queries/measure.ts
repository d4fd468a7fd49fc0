import { spawnSync } from "node:child_process";
import { Chance } from "../seed-database/chance.ts";
import type { Arguments } from "./arguments.ts";
import type { Query } from "./query-list.ts";

/** Milliseconds that the runs of a query took. */
export interface Times {
  /** Until they reached the main thread. */
  readonly wall: readonly number[];
  /**
   * Of CPU, in all threads but the main one: how long it takes when a core is free. While other programs run, a
   * query waits for a core, and wall time includes that wait.
   */
  readonly cpu: readonly number[];
}

/** Run every query once a round, one after the other, in another order each round; returns the times by name. */
export async function queryAll(
  reads: readonly Query[],
  rounds: readonly Arguments[],
): Promise<ReadonlyMap<string, Times>> {
  const chance = new Chance(5);
  const times = new Map(reads.map(({ name }) => [name, { wall: [] as number[], cpu: [] as number[] }]));
  for (const args of rounds) {
    const order = reads.map((query) => ({ query, rank: chance.next() })).toSorted((a, b) => a.rank - b.rank);
    for (const { query } of order) {
      const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
      const start = performance.now();
      await query.run(args);
      const wall = performance.now() - start;
      const spent = total(process.cpuUsage(all)) - total(process.threadCpuUsage(main));
      const recorded = times.get(query.name);
      recorded?.wall.push(wall);
      recorded?.cpu.push(Math.max(0, spent));
      // Let timers and messages run.
      await new Promise(setImmediate);
    }
  }
  return times;
}

/** Milliseconds. */
function total({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

/** Drop the file from the page cache, as far as the system does: the next query reads the disk. */
export function forget(path: string): boolean {
  return spawnSync("dd", [`if=${path}`, "iflag=nocache", "count=0"], { stdio: "ignore" }).status === 0;
}
