import type { TaskFailure } from "../../../../src/contract/query/task-query-match.ts";
import { DEFAULT_REDACT } from "../../../support/default-redact.ts";
import { HOUR, SECOND } from "../../../../src/contract/time/time-units.ts";
import { Statements, type Connection } from "../../../../src/store/sqlite/database/connection.ts";
import { TaskGenerations } from "../../../../src/store/sqlite/lineage/task-generations.ts";
import { TaskLists } from "../../../../src/store/sqlite/tasks/task-lists.ts";
import { TaskSearch } from "../../../../src/store/sqlite/search/task-search.ts";
import { NOW } from "../../factories.ts";
import { fc } from "../../../support/seed.ts";

/** A record inserted by hand, so that its id can be far from the others. */
export interface Planted {
  readonly id: number;
  readonly run: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  readonly msg: string;
  readonly result: string;
  readonly state: string;
  readonly origin: string;
  readonly attempt: number;
  readonly workflow: string;
  readonly taskTime: number | null;
  readonly created: number | null;
  readonly started: number | null;
  readonly ended: number | null;
  readonly failure?: TaskFailure | null;
}

const terms = ["boom", "Refused", "host-7", "gs://in/a.gz", "größe", "rows", "2026-05-01T03"];
const texts = fc.array(fc.constantFrom(...terms), { maxLength: 3 }).map((parts) => parts.join(" "));
const metas = fc
  .array(
    fc.constantFrom("file=gs://in/a.gz", "file=b.csv", "cron=2026-05-01T03", "retry=1", "k%C3%A9y=a%26b+c", "bad=%zz"),
    { maxLength: 3 },
  )
  .map((parts) => parts.join("&"));
/** Some hours around NOW. */
const times = fc.option(fc.integer({ min: -20, max: 20 }).map((steps) => NOW + steps * 600 * SECOND));

/** Ids that spread over several blocks and partitions. */
export const planted: fc.Arbitrary<readonly Planted[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 40 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc
          .record({
            run: fc.constantFrom("r1", "r2", "r3", ""),
            type: fc.constantFrom("load", "clean", "send"),
            job: fc.constantFrom("", "eu", "us"),
            info: texts,
            meta: metas,
            msg: texts,
            result: fc.constantFrom("", "complete", "complete", "error", "alert", "odd"),
            state: fc.constantFrom("waiting", "queued", "overdue", "cancelled"),
            origin: fc.constantFrom("tick", "child", "external"),
            attempt: fc.integer({ min: 0, max: 3 }),
            workflow: fc.constantFrom("", "sales.toml", "group/in.toml"),
            taskTime: times,
            created: times,
            started: times,
            ended: times,
            failure: fc.option(
              fc.record({ unresolved: fc.boolean(), fingerprint: fc.constantFrom("00a1", "00b2", "0c") }),
            ),
          })
          .map((row): Planted => ({ ...row, id, state: row.result === "" ? row.state : "finished" })),
      ),
    ),
  );

export function plant(db: Connection, rows: readonly Planted[]): void {
  const insert = db.prepare(
    `INSERT INTO task_records (id, task_id, type, job, info, info_hash, meta, msg, result, state, origin, attempt, first_attempt_id,
       workflow, task_time, created, decided_at, started, ended, finished_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const fail = db.prepare("INSERT INTO task_failures (record_id, fingerprint, work, unresolved) VALUES (?, ?, 0, ?)");
  const all = db.transaction(() => rows.forEach(one));
  function one(row: Planted): void {
    const { id, run, type, job, info, meta, msg, result, state, origin, attempt, workflow } = row;
    const text = [id, run, type, job, info, id, meta, msg, result, state, origin, attempt, id, workflow];
    insert.run(...text, row.taskTime, row.created, NOW + id, row.started, row.ended, result === "" ? null : NOW);
    const { failure = null } = row;
    if (failure !== null) fail.run(id, failure.fingerprint, failure.unresolved ? 1 : 0);
  }
  all();
}

export function searchOn(db: Connection, timeoutMs: number): TaskSearch {
  const lists = new TaskLists(new Statements(db));
  const statements = new Statements(db);
  const generations = new TaskGenerations(statements);
  return new TaskSearch({
    db,
    statements,
    generations,
    redact: DEFAULT_REDACT,
    kinds: (type) => lists.kinds(type, null),
    timeoutMs,
  });
}

/** A query, and the same in JavaScript. */
export interface Asked {
  readonly text: string;
  readonly holds: (row: Planted) => boolean;
}

const query = (text: string, holds: Asked["holds"]): fc.Arbitrary<Asked> => fc.constant({ text, holds });
const within = (value: number | null, from: number, until: number): boolean =>
  value !== null && value >= from && value < until;
const lower = (row: Planted): string => `${row.info}\n${decoded(row)}\n${row.msg}`.toLowerCase();
const decoded = ({ meta }: Planted): string => meta.replace("%C3%A9", "é").replace("%26", "&").replace("b+c", "b c");
const runOf = ({ started, ended }: Planted): number | null =>
  started === null || ended === null || ended < started ? null : ended - started;

const leaf: fc.Arbitrary<Asked> = fc.oneof(
  query("type:load", (row) => row.type === "load"),
  query("type:clean,send", (row) => row.type !== "load"),
  query("type:*a*", (row) => row.type !== "send"),
  query("job:eu", (row) => row.job === "eu"),
  query('job:""', (row) => row.job === ""),
  query("result:error,alert", (row) => row.result === "error" || row.result === "alert"),
  query("result:complete", (row) => row.result === "complete"),
  query("state:queued,overdue", (row) => row.state === "queued" || row.state === "overdue"),
  query("state:finished", (row) => row.state === "finished"),
  query("origin:tick", (row) => row.origin === "tick"),
  query("id:r1", (row) => row.run === "r1"),
  query("id:r*", (row) => row.run !== ""),
  query("workflow:group/in.toml", (row) => row.workflow === "group/in.toml"),
  query("workflow:*.toml", (row) => row.workflow !== ""),
  query("unresolved:true", (row) => row.failure?.unresolved === true),
  query("unresolved:false", (row) => row.failure?.unresolved === false),
  query("unresolved:*", (row) => (row.failure ?? null) !== null),
  query("fingerprint:00a1", (row) => row.failure?.fingerprint === "00a1"),
  query("fingerprint:00a1,0c", (row) => ["00a1", "0c"].includes(row.failure?.fingerprint ?? "")),
  query("fingerprint:00*", (row) => row.failure?.fingerprint.startsWith("00") === true),
  query("attempt>=2", (row) => row.attempt >= 2),
  query("record:2000..40000", (row) => within(row.id, 2000, 40_001)),
  query("record>70000", (row) => row.id > 70_000),
  query("created>2026-03-01T12", (row) => within(row.created, NOW + HOUR, Infinity)),
  query("created:2026-03-01T12", (row) => within(row.created, NOW, NOW + HOUR)),
  query("started<-1h", (row) => within(row.started, -Infinity, NOW - HOUR)),
  query("ended:..2026-03-01T10", (row) => within(row.ended, -Infinity, NOW - HOUR)),
  query("task_time>=2026-03-01T13:00:00Z", (row) => within(row.taskTime, NOW + HOUR, Infinity)),
  query("finished:today", (row) => row.result !== ""),
  query("run>1h", (row) => (runOf(row) ?? -1) > HOUR),
  query("queue:0s..30m", (row) => {
    return row.created !== null && row.started !== null && within(row.started - row.created, 0, 1_800_001);
  }),
  query("meta.file:*.gz", (row) => row.meta.includes("file=gs://in/a.gz")),
  query("meta.file:b.csv", (row) => row.meta.includes("file=b.csv")),
  query("meta.kéy:*", (row) => row.meta.includes("k%C3%A9y=")),
  query('meta.kéy:"a&b c"', (row) => row.meta.includes("k%C3%A9y=")),
  query("boom", (row) => /\bboom\b/.test(lower(row))),
  query("refu*", (row) => lower(row).includes("refused")),
  query('"boom rows"', (row) => row.info.includes("boom rows") || row.msg.includes("boom rows")),
  query("host-7", (row) => lower(row).includes("host-7")),
  query("GROSSE", (row) => lower(row).includes("grosse")),
  query("grösse", (row) => lower(row).includes("grosse")),
  query("große*", (row) => lower(row).includes("größe")),
  query("größe", (row) => lower(row).includes("größe")),
  query("GRÖßE", (row) => lower(row).includes("größe")),
  query("msg:boom", (row) => row.msg.includes("boom")),
  query("info:gz", (row) => row.info.includes("a.gz")),
  query("meta:csv", (row) => row.meta.includes("b.csv")),
  query("zzz", (row) => /\bzzz\b/.test(lower(row))),
);

export const asked: fc.Arbitrary<Asked> = fc.letrec<{ all: Asked; term: Asked }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    leaf.map(({ text, holds }) => ({ text: `-${text}`, holds: (row: Planted) => !holds(row) })),
    fc.tuple(tie("all"), tie("all")).map(([a, b]) => ({
      text: `(${a.text} OR ${b.text})`,
      holds: (row: Planted) => a.holds(row) || b.holds(row),
    })),
    tie("all").map(({ text, holds }) => ({ text: `-(${text})`, holds: (row: Planted) => !holds(row) })),
  ),
  all: fc.array(tie("term"), { minLength: 1, maxLength: 3 }).map((terms) => ({
    text: terms.map(({ text }) => text).join(" "),
    holds: (row: Planted) => terms.every(({ holds }) => holds(row)),
  })),
})).all;
