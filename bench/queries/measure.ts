import { spawnSync } from "node:child_process";
import { Chance } from "../seed-database/chance.ts";
import type { Arguments } from "./arguments.ts";
import type { Query } from "./query-list.ts";

/** Milliseconds that the answers to a question took. */
export interface Times {
  /** Until they reached the main thread. */
  readonly wall: readonly number[];
  /**
   * Of CPU, in all threads but the main one: what is left when the machine has a core free. With other programs at work
   * an answer waits for its turn, and the clock on the wall tells of them.
   */
  readonly cpu: readonly number[];
}

/** Asks every question once a round, in another order each time, one after the other; answers the times by name. */
export async function queryAll(
  reads: readonly Query[],
  rounds: readonly Arguments[],
): Promise<ReadonlyMap<string, Times>> {
  const chance = new Chance(5);
  const times = new Map(reads.map(({ name }) => [name, { wall: [] as number[], cpu: [] as number[] }]));
  for (const given of rounds) {
    const order = reads
      .map((query) => ({ question: query, place: chance.next() }))
      .toSorted((a, b) => a.place - b.place);
    for (const { question: query } of order) {
      const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
      const start = performance.now();
      await query.ask(given);
      const wall = performance.now() - start;
      const spent = total(process.cpuUsage(all)) - total(process.threadCpuUsage(main));
      const taken = times.get(query.name);
      taken?.wall.push(wall);
      taken?.cpu.push(Math.max(0, spent));
      // Timers and messages have their turn.
      await new Promise(setImmediate);
    }
  }
  return times;
}

/** Milliseconds. */
function total({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

/** Takes the file out of the system's memory, as far as it lets go of it: what is asked next is read from the disk. */
export function forget(path: string): boolean {
  return spawnSync("dd", [`if=${path}`, "iflag=nocache", "count=0"], { stdio: "ignore" }).status === 0;
}
