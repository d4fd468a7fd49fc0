import type { Placed, PlaceQueries } from "../../access-store.ts";
import type { Statement, Statements } from "../database/connection.ts";

const GIVEN = "WHERE id IN (SELECT value FROM json_each(?))";

export class PlaceReader {
  readonly #tasks: Statement<Placed>;
  readonly #alerts: Statement<Placed>;

  constructor(statements: Statements) {
    this.#tasks = statements.prepare("places.tasks", `SELECT id, type, workflow FROM task_records ${GIVEN}`);
    this.#alerts = statements.prepare(
      "places.alerts",
      `SELECT id, task_type AS type, workflow FROM alert_records ${GIVEN}`,
    );
  }

  tasks(ids: readonly number[]): readonly Placed[] {
    return this.#tasks.all(JSON.stringify(ids));
  }

  alerts(ids: readonly number[]): readonly Placed[] {
    return this.#alerts.all(JSON.stringify(ids));
  }
}

/** The queries of the port. `read` opens the reader. */
export function placeQueries(read: <T>(query: (places: PlaceReader) => T) => T): PlaceQueries {
  return {
    tasks: async (ids) => read((places) => places.tasks(ids)),
    alerts: async (ids) => read((places) => places.alerts(ids)),
  };
}
