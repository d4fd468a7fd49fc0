import { spawnSync } from "node:child_process";
import { Chance } from "../seed-database/chance.ts";
import type { Arguments } from "./arguments.ts";
import type { Question } from "./questions.ts";

export type Times = ReadonlyMap<string, readonly number[]>;

/**
 * Asks every question once a round, in another order each time, one after the other; answers the milliseconds that each
 * answer took to reach the main thread.
 */
export async function askAll(questions: readonly Question[], rounds: readonly Arguments[]): Promise<Times> {
  const chance = new Chance(5);
  const times = new Map<string, number[]>(questions.map(({ name }) => [name, []]));
  for (const given of rounds) {
    const order = questions
      .map((question) => ({ question, place: chance.next() }))
      .toSorted((a, b) => a.place - b.place);
    for (const { question } of order) {
      const start = performance.now();
      await question.ask(given);
      times.get(question.name)?.push(performance.now() - start);
      // Timers and messages have their turn.
      await new Promise(setImmediate);
    }
  }
  return times;
}

/** Takes the file out of the system's memory, as far as it lets go of it: what is asked next is read from the disk. */
export function forget(path: string): boolean {
  return spawnSync("dd", [`if=${path}`, "iflag=nocache", "count=0"], { stdio: "ignore" }).status === 0;
}
