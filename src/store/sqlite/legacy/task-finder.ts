import type { Connection, Statement } from "../database/connection.ts";

/** Imported records that alerts and files refer to by the run's id. */
export class TaskFinder {
  readonly #first: Statement<{ id: number | null }>;
  readonly #last: Statement<{ id: number | null }>;
  readonly #completedAfter: Statement;
  readonly #ofRun: Statement;

  constructor(db: Connection) {
    this.#first = db.prepare("SELECT min(id) AS id FROM task_records WHERE task_id = ? AND type = ? AND job = ?");
    this.#last = db.prepare("SELECT max(id) AS id FROM task_records WHERE task_id = ? AND type = ? AND job = ?");
    this.#completedAfter = db.prepare(
      `SELECT 1 FROM task_records WHERE task_id = ? AND type = ? AND job = ? AND result = 'complete' AND finished_at >= ? LIMIT 1`,
    );
    this.#ofRun = db.prepare("SELECT 1 FROM task_records WHERE task_id = ? LIMIT 1");
  }

  /** The oldest record of that task; null when there is none. */
  first(taskId: string, type: string, job: string): number | null {
    return this.#first.get(taskId, type, job)?.id ?? null;
  }

  /** The newest record of that task; null when there is none. */
  last(taskId: string, type: string, job: string): number | null {
    return this.#last.get(taskId, type, job)?.id ?? null;
  }

  completedAfter(taskId: string, type: string, job: string, at: number): boolean {
    return this.#completedAfter.get(taskId, type, job, at) !== undefined;
  }

  hasRun(taskId: string): boolean {
    return this.#ofRun.get(taskId) !== undefined;
  }
}
