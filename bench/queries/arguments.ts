import { connect } from "../../src/store/sqlite/database/connection.ts";
import { Chance } from "../seed-database/chance.ts";

/** The arguments of one round, drawn before the clock starts: drawing them reads the rows that the queries read. */
export interface Arguments {
  /** Some task of the history. */
  readonly task: TaskArgument;
  /** A task that failed for good, or the one above when there is none. */
  readonly failed: TaskArgument;
  /** A child of a join. */
  readonly joined: TaskArgument;
  /** A task that follows a retry. */
  readonly retried: TaskArgument;
  readonly file: FileArgument;
  readonly stray: FileArgument;
  readonly alert: { readonly id: number; readonly task_type: string; readonly job: string };
  readonly deadLetterId: number;
  readonly customer: string;
  readonly host: string;
}

export interface TaskArgument {
  readonly id: number;
  readonly task_id: string;
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly msg: string;
  readonly decided_at: number;
  readonly task_time: number | null;
}

export interface FileArgument {
  readonly id: number;
  readonly path: string;
  readonly received_at: number;
}

const TASK = "SELECT id, task_id, type, job, workflow, msg, decided_at, task_time FROM task_records";

/** `count` rounds of arguments from the complete history; another seed draws others. */
export function drawArguments(database: string, count: number, seed: number): readonly Arguments[] {
  const db = connect(database, { readonly: true, cacheKib: 64 * 1024 });
  const chance = new Chance(seed);
  const last = (table: string): number =>
    db.prepare<[], { id: number | null }>(`SELECT max(id) AS id FROM ${table}`).get()?.id ?? 0;
  const [lastTask, lastFile, lastAlert, lastDeadLetter] = [
    last("task_records"),
    last("file_messages"),
    last("alert_records"),
    last("dead_letters"),
  ];
  const tasks = (where: string) =>
    db.prepare<[number], TaskArgument>(`${TASK} WHERE id >= ? ${where} ORDER BY id LIMIT 1`);
  const task = tasks("");
  const failed = tasks("AND result = 'error' AND origin = 'retry'");
  const joined = tasks("AND type = 'report'");
  const retried = tasks(
    "AND origin = 'child' AND (SELECT p.origin FROM task_records p WHERE p.id = task_records.parent_id) = 'retry'",
  );
  const files = (where: string) =>
    db.prepare<[number], FileArgument>(
      `SELECT id, path, received_at FROM file_messages WHERE id >= ? ${where} ORDER BY id LIMIT 1`,
    );
  const matched = files("AND matched > 0");
  const stray = files("AND matched = 0");
  const alert = db.prepare<[number], Arguments["alert"]>(
    "SELECT id, task_type, job FROM alert_records WHERE id >= ? ORDER BY id LIMIT 1",
  );
  const rounds = Array.from({ length: count }, (): Arguments => {
    const some = task.get(chance.below(lastTask));
    if (some === undefined) throw new Error(`${database} contains no tasks`);
    const someFile = matched.get(chance.below(lastFile)) ?? { id: 0, path: "none", received_at: some.decided_at };
    return {
      task: some,
      failed: failed.get(chance.below(lastTask)) ?? some,
      joined: joined.get(chance.below(lastTask)) ?? some,
      retried: retried.get(chance.below(lastTask)) ?? some,
      file: someFile,
      stray: stray.get(chance.below(lastFile)) ?? someFile,
      alert: alert.get(chance.below(lastAlert)) ?? { id: 0, task_type: some.type, job: some.job },
      deadLetterId: chance.below(lastDeadLetter) + 1,
      customer: `acme-${String(Math.floor(600 * chance.next() ** 2)).padStart(4, "0")}`,
      host: `db-${String(chance.below(12)).padStart(2, "0")}`,
    };
  });
  db.close();
  return rounds;
}
