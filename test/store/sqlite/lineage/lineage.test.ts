import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Lineage } from "../../../../src/store/lineage-queries.ts";
import { SqliteReadStore } from "../../../../src/store/sqlite/read/read-store.ts";
import type { SqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";
import { NOW } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";

/** Rows as the engine writes them: records that came from others, and how. */
interface Row {
  readonly id: number;
  readonly run: string;
  readonly parent: number | null;
  readonly kind?: "triggered" | "retry" | "join";
  /** Of attempt 0, where it is another. */
  readonly first?: number;
  readonly attempt?: number;
  readonly position?: number;
  /** Further parents of a join. */
  readonly also?: readonly number[];
}

function fill(path: string, rows: Iterable<Row>): void {
  const db = openBare(path);
  const record = db.prepare(
    `INSERT INTO task_records (id, task_id, type, job, info, info_hash, meta, state, origin, attempt, first_attempt_id,
       parent_id, phase_id, version_id, position, decided_at)
     VALUES (?, ?, 'step', '', '', 0, '', 'finished', ?, ?, ?, ?, 7, 3, ?, ${NOW})`,
  );
  const link = db.prepare(
    "INSERT INTO task_relationships (origin_id, kind, phase_id, position, parent_id, child_id) VALUES (?, ?, 7, ?, ?, ?)",
  );
  const firsts = new Map<number, number>();
  db.transaction(() => {
    for (const { id, run, parent, kind = "triggered", first = id, attempt = 0, position = 0, also = [] } of rows) {
      firsts.set(id, first);
      record.run(
        id,
        run,
        kind === "retry" ? "retry" : parent === null ? "tick" : "child",
        attempt,
        first,
        parent,
        position,
      );
      for (const one of parent === null ? [] : [parent, ...also]) {
        link.run(firsts.get(one) ?? one, kind, kind === "retry" ? attempt : position, one, id);
      }
    }
  })();
  db.close();
}

function* chain(from: number, length: number): Iterable<Row> {
  for (let n = 0; n < length; n++) yield { id: from + n, run: "chain", parent: n === 0 ? null : from + n - 1 };
}

const WIDE = 10_000;
const FAN = 100;

/** A root with a hundred children, each with a thousand: 100,100 descendants. */
function* wide(): Iterable<Row> {
  yield { id: WIDE, run: "wide", parent: null };
  for (let n = 0; n < FAN; n++) yield { id: WIDE + 1 + n, run: "wide", parent: WIDE, position: n };
  for (let n = 0; n < FAN * 1000; n++) {
    yield { id: WIDE + 1 + FAN + n, run: "wide", parent: WIDE + 1 + Math.floor(n / 1000), position: n % 1000 };
  }
}

/** 1 → 2 and 3; 2 failed and 4 is its retry; 5 joins 4 and 3; 6 is a child of 5. */
const DIAMOND: readonly Row[] = [
  { id: 1, run: "small", parent: null },
  { id: 2, run: "small", parent: 1, position: 0 },
  { id: 3, run: "small", parent: 1, position: 1 },
  { id: 4, run: "small", parent: 2, kind: "retry", first: 2, attempt: 1 },
  { id: 5, run: "small", parent: 4, kind: "join", also: [3] },
  { id: 6, run: "small", parent: 5 },
];

function shape(lineage: Lineage | null): string[] {
  return (lineage?.tasks ?? []).map(
    (task) =>
      `${task.depth}:${task.record_id}${task.kind === null ? "" : ` ${task.kind}`}${task.joined.length > 0 ? ` of ${task.joined.join("+")}` : ""}`,
  );
}

describe("lineage", () => {
  const path = join(scratchFolder(), "lineage.db");
  let store: SqliteStore;
  before(async () => {
    store = await openScratch(path);
    fill(path, DIAMOND);
    fill(path, chain(1001, 1001));
    fill(path, wide());
  });
  after(() => store.close());

  it("returns each descendant once, nearest first, with its kind and all parents of a join", async () => {
    const { lineage } = store.reads;
    assert.deepEqual(shape(await lineage.descendants(1)), [
      "0:1",
      "1:2 triggered",
      "1:3 triggered",
      "2:4 retry",
      "2:5 join of 3+4",
      "3:6 triggered",
    ]);
    assert.deepEqual(shape(await lineage.descendants(2)), [
      "0:2 triggered",
      "1:4 retry",
      "2:5 join of 3+4",
      "3:6 triggered",
    ]);
    assert.deepEqual(shape(await lineage.descendants(4)), ["0:4 retry", "1:5 join of 3+4", "2:6 triggered"]);
    assert.deepEqual(shape(await lineage.descendants(6)), ["0:6 triggered"]);
    assert.equal(await lineage.descendants(999), null);
  });

  it("returns each ancestor once, through retries and all parents of a join", async () => {
    const { lineage } = store.reads;
    assert.deepEqual(shape(await lineage.ancestors(6)), [
      "0:6 triggered",
      "1:5 join of 3+4",
      "2:3 triggered",
      "2:4 retry",
      "3:1",
      "3:2 triggered",
    ]);
    assert.deepEqual(shape(await lineage.ancestors(1)), ["0:1"]);
    assert.equal(await lineage.ancestors(999), null);
  });

  it("adds to each the phase and the workflow version that decided it", async () => {
    const found = await store.reads.lineage.descendants(1);
    assert.deepEqual([...new Set(found?.tasks.map((task) => `${task.phase_id}/${task.version_id}`))], ["7/3"]);
  });

  it("stops at a depth and says so: a chain a thousand deep", async () => {
    const { lineage } = store.reads;
    const down = await lineage.descendants(1001);
    assert.deepEqual(
      [down?.tasks.length, down?.tasks.at(-1)?.depth, down?.truncated],
      [101, 100, { depth: true, count: false }],
    );
    const whole = await lineage.descendants(1001, { depth: 1000, count: 1000 });
    assert.deepEqual([whole?.tasks.length, whole?.truncated], [1001, { depth: false, count: false }]);
    const up = await lineage.ancestors(2001, { depth: 1_000_000, count: 1000 });
    assert.deepEqual([up?.tasks.length, up?.caps.depth, up?.truncated], [1001, 1000, { depth: false, count: false }]);
    const cut = await lineage.ancestors(2001, { depth: 999, count: 1000 });
    assert.deepEqual([cut?.tasks.length, cut?.truncated], [1000, { depth: true, count: false }]);
  });

  it("stops at a count and says so: a run of 100,000 descendants", async () => {
    const { lineage } = store.reads;
    const found = await lineage.descendants(WIDE);
    assert.deepEqual([found?.tasks.length, found?.truncated], [1001, { depth: false, count: true }]);
    assert.deepEqual([found?.tasks[100]?.depth, found?.tasks[101]?.depth], [1, 2]);
    const leaf = await lineage.ancestors(WIDE + 100_100);
    assert.deepEqual(
      leaf?.tasks.map((task) => task.record_id),
      [WIDE + 100_100, WIDE + FAN, WIDE],
    );
  });

  it("reads few more of 100,000 descendants than it returns", () => {
    assert.ok(store.reads instanceof SqliteReadStore);
    const sql =
      store.reads
        .statements()
        .list()
        .find((one) => one.name === "lineage.descendants")?.sql ?? "";
    const db = openBare(path);
    // One step of the walk has at most one id more than the cap, for any number of children.
    const [walk = ""] = sql.split("SELECT l.depth");
    const steps = db
      .prepare<unknown[], { ids: number }>(`${walk} SELECT json_array_length(ids) AS ids FROM levels`)
      .all(WIDE, 1001, 100, 1000);
    assert.deepEqual(
      steps.map((step) => step.ids),
      [1, 100, 1001],
    );
    const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(1, 1, 1, 1);
    const scans = plan.map(({ detail }) => detail).filter((detail) => detail.startsWith("SCAN"));
    assert.deepEqual(
      scans.filter((detail) => !/^SCAN (levels|l|e VIRTUAL TABLE INDEX 1:)$/.test(detail)),
      [],
      "only the steps themselves and the ids in them",
    );
    db.close();
  });

  it("returns a complete run, by its id or that of any of its records", async () => {
    const { lineage } = store.reads;
    const run = await lineage.run("small");
    assert.deepEqual(
      run?.tasks.map((task) => `${task.depth}:${task.record_id}`),
      ["0:1", "1:2", "1:3", "2:4", "3:5", "4:6"],
    );
    assert.deepEqual((await lineage.run("6"))?.id, "small");
    assert.equal(await lineage.run("no such run"), null);
    assert.equal(await lineage.run("999"), null);
  });

  it("returns a large run from its root down, and that there is more", async () => {
    const run = await store.reads.lineage.run("wide");
    assert.equal(run?.tasks[0]?.record_id, WIDE);
    assert.deepEqual([run?.tasks.length, run?.truncated], [1001, { depth: false, count: true }]);
    const deep = await store.reads.lineage.run("chain", { depth: 50, count: 1000 });
    assert.deepEqual([deep?.tasks.length, deep?.truncated.depth], [51, true]);
  });
});
