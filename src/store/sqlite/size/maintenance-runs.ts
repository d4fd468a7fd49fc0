import type { MaintenanceRun } from "../../../contract/live/database-metrics.ts";
import type { Statement, Statements } from "../database/connection.ts";

/** Key in `instance_state`, where a run is `<at> <ms>`. */
export function keyOf(kind: MaintenanceRun["kind"]): string {
  return `maintenance.${kind}`;
}

export function textOf({ at, ms }: Pick<MaintenanceRun, "at" | "ms">): string {
  return `${at} ${ms}`;
}

/** When the database was last measured, checked and analyzed. */
export class MaintenanceRuns {
  readonly #get: Statement<{ value: string }>;

  constructor(statements: Statements) {
    this.#get = statements.prepare("maintenance.run", "SELECT value FROM instance_state WHERE key = ?");
  }

  last(kind: MaintenanceRun["kind"]): MaintenanceRun | null {
    const [at, ms] = (this.#get.get(keyOf(kind))?.value ?? "").split(" ").map(Number);
    return at === undefined || ms === undefined ? null : { kind, at, ms };
  }
}
