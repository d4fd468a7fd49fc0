import type { WorkerOptions } from "../../contract/worker-options.ts";
import { taskName } from "./task-name.ts";

interface Kind {
  readonly type: string;
  readonly job: string;
}

/** What is known of a worker that this configuration has. */
export type WorkerSection = Pick<WorkerOptions, "type" | "job" | "kind" | "concurrency">;

/** `exec` or `http` of a `[[worker]]` of this configuration, `bus` of one that was heard on the bus. */
export type WorkerRow<A> = A & {
  readonly kind: WorkerOptions["kind"] | "bus";
  /** Most that run at a time; null: not known. */
  readonly concurrency: number | null;
};

/**
 * Who runs tasks, by their names: those that were heard, and sections of the configuration that were not (`idle` makes the row
 * of one). A section without a job runs every job that has no section of its own.
 */
export function workerRows<A extends Kind>(
  heard: readonly A[],
  sections: readonly WorkerSection[],
  idle: (kind: Kind) => A,
): readonly WorkerRow<A>[] {
  const sectionOf = ({ type, job }: Kind): WorkerSection | undefined => {
    const ofType = sections.filter((section) => section.type === type);
    return ofType.find((section) => section.job === job) ?? ofType.find((section) => section.job === null);
  };
  const found = heard.map((activity): WorkerRow<A> => {
    const section = sectionOf(activity);
    return { ...activity, kind: section?.kind ?? "bus", concurrency: section?.concurrency ?? null };
  });
  const silent = sections
    .filter((section) => !heard.some((activity) => sectionOf(activity) === section))
    .map(({ type, job, kind, concurrency }): WorkerRow<A> => ({
      ...idle({ type, job: job ?? "" }),
      kind,
      concurrency,
    }));
  return [...found, ...silent].toSorted((a, b) => (taskName(a) < taskName(b) ? -1 : 1));
}
