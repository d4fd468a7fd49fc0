import type { WhyFacts } from "../../../core/why/why-facts.ts";
import type { Statements } from "../database/connection.ts";
import { LineageTrees } from "./lineage-trees.ts";
import { WhyNotReader } from "./why-not-reader.ts";
import type { TaskGenerations } from "./task-generations.ts";
import { WhyReader } from "./why-reader.ts";

/** Records of a run that `why` explains; the run's tree shows the others. */
const MAX_RUN_TASKS = 50;

/** The lineage queries, on the read connection. */
export class LineageReader {
  readonly trees: LineageTrees;
  readonly tasks: WhyReader;
  readonly notDone: WhyNotReader;

  constructor(statements: Statements, generations: TaskGenerations) {
    this.trees = new LineageTrees(statements);
    this.tasks = new WhyReader(statements, generations);
    this.notDone = new WhyNotReader(statements);
  }

  why(id: string): readonly WhyFacts[] {
    const record = /^\d{1,15}$/.test(id) ? this.tasks.why(Number(id)) : null;
    if (record !== null) return [record];
    const run = this.trees.run(id, { depth: 100, count: MAX_RUN_TASKS });
    return (run?.tasks ?? [])
      .filter((task) => task.id === run?.id)
      .slice(0, MAX_RUN_TASKS)
      .map((task) => task.record_id)
      .toSorted((a, b) => a - b)
      .flatMap((recordId) => this.tasks.why(recordId) ?? []);
  }
}
