import type { VectorCase } from "../../../scripts/vector-runner.ts";
import type { DescribedDatabase } from "../../store/sqlite/legacy/older-database.ts";
import { sameInstant, imported, updateOf, type Event, type Run } from "../support/older-database-answer.ts";
import { knowsAll, type ExpectedRun } from "../support/older-database-compare.ts";

const NO_TIME = "0001-01-01T00:00:00Z";

/** In this shape a run is as its last line says. */
function summary(events: readonly Event[]): Pick<Run, "LastUpdate" | "Completed"> {
  const last = events.at(-1);
  return { LastUpdate: updateOf(last), Completed: last !== undefined && last.result !== "" };
}

export function answer(input: unknown): Promise<unknown> {
  return imported((input as { readonly database: DescribedDatabase }).database, summary);
}

export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  return knowsAll(got, wanted, testCase, sameSummary);
}

/**
 * The last line may be the result of a task that was sent before another one, and belongs to the record of its sending:
 * then what it says is that of an earlier record. No time stands where the older program could not read one.
 */
function sameSummary(ours: Run, wanted: ExpectedRun): boolean {
  return ours.Events.some((event) => {
    const isSame = wanted.LastUpdate === NO_TIME || sameInstant(updateOf(event), wanted.LastUpdate);
    return isSame && (event.result !== "") === wanted.Completed;
  });
}
