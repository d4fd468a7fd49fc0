import type { VectorCase } from "../../../scripts/vector-runner.ts";
import type { DescribedDatabase } from "../../store/sqlite/legacy/older-database.ts";
import { sameInstant, imported, updateOf, type Event, type Run } from "../support/older-database-answer.ts";
import { knowsAll, type ExpectedRun } from "../support/older-database-compare.ts";

/** In this shape the latest of all counts, and a run with any result is completed. */
function summary(events: readonly Event[]): Pick<Run, "LastUpdate" | "Completed"> {
  const times = events.map(updateOf).toSorted();
  return { LastUpdate: times.at(-1) ?? "", Completed: events.some(({ result }) => result !== "") };
}

export function answer(input: unknown): Promise<unknown> {
  return imported((input as { readonly database: DescribedDatabase }).database, summary);
}

export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  return knowsAll(got, wanted, testCase, sameSummary);
}

function sameSummary(ours: Run, wanted: ExpectedRun): boolean {
  return sameInstant(ours.LastUpdate, wanted.LastUpdate) && ours.Completed === wanted.Completed;
}
