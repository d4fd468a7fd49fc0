import type { Statement, Statements } from "../database/connection.ts";

/** Steps to either side: nobody retries a task so often. */
const MAX_STEPS = 1000;

/**
 * A retry by hand with its children begins a task anew: its attempt counts as a first one for what follows, and still is a later
 * attempt of the same task. These are the generations of a task, each named by its first attempt.
 */
export class TaskGenerations {
  readonly #before: Statement<{ id: number }>;
  readonly #after: Statement<{ id: number }>;

  constructor(statements: Statements) {
    this.#before = statements.prepare(
      "generations.before",
      `SELECT p.first_attempt_id AS id FROM task_records r JOIN task_records p ON p.id = r.parent_id
       WHERE r.id = ? AND r.first_attempt_id = r.id AND r.attempt > 0 AND r.origin = 'retry'`,
    );
    this.#after = statements.prepare(
      "generations.after",
      `SELECT r.id FROM task_relationships k JOIN task_records r ON r.id = k.child_id
       WHERE k.origin_id = ? AND k.kind = 'retry' AND r.first_attempt_id = r.id LIMIT 1`,
    );
  }

  /** The first attempt of the task, of whichever generation this is the first. */
  original(firstAttemptId: number): number {
    return walk(firstAttemptId, this.#before).at(-1) ?? firstAttemptId;
  }

  /** The first attempts of all generations of the task, in their order. */
  all(firstAttemptId: number): readonly number[] {
    const original = this.original(firstAttemptId);
    return [original, ...walk(original, this.#after)];
  }
}

function walk(from: number, step: Statement<{ id: number }>): number[] {
  const passed: number[] = [];
  let next = step.get(from)?.id;
  while (next !== undefined && passed.length < MAX_STEPS) {
    passed.push(next);
    next = step.get(next)?.id;
  }
  return passed;
}
