import assert from "node:assert/strict";
import { it } from "node:test";
import { line, LegacyDatabase, TABLES, type Row } from "./harness.ts";
import { fc, tries } from "../../../support/seed.ts";

/** Few values, so that lines meet. */
const lines = fc.array(
  fc.record({
    id: fc.constantFrom("run-1", "run-2"),
    type: fc.constantFrom("load", "mail"),
    info: fc.constantFrom("?a=1", "?a=2"),
    // The same moments in other formats.
    created: fc.constantFrom(
      "2026-11-01T03:00:00Z",
      "2026-11-01 03:00:00",
      "2026-11-01T05:00:00+02:00",
      "2026-11-02",
      "",
    ),
    meta: fc.constantFrom("", "retry=1", "retry=1&x=y", "retry=2", "retry=failed&retried=2"),
    result: fc.constantFrom("", "", "complete", "error", "warn", "odd"),
    msg: fc.stringMatching(/^[a-z]{0,3}$/),
  }),
  { maxLength: 40 },
);

const KNOWN = new Set(["complete", "error", "warn"]);

function attemptOf(meta: string): number {
  return Number(/retr(?:y|ied)=(\d)/.exec(meta)?.[1] ?? 0);
}

function moment(created: string): number | null {
  if (created === "") return null;
  return created.startsWith("2026-11-02") ? Date.UTC(2026, 10, 2) : Date.UTC(2026, 10, 1, 3);
}

interface Kept {
  readonly task_id: string;
  readonly type: string;
  readonly info: string;
  readonly created: number | null;
  readonly attempt: number;
  readonly result: string;
  readonly msg: string;
  readonly meta: string;
}

/** Rule O5 in its plainest form: the result of all lines, in the order in which each attempt first appears. */
function model(all: readonly { readonly [key: string]: string }[]): readonly Kept[] {
  const kept = new Map<string, Kept>();
  for (const { id = "", type = "", info = "", created = "", meta = "", result = "", msg = "" } of all) {
    const next = { task_id: id, type, info, created: moment(created), attempt: attemptOf(meta), result, msg, meta };
    const key = JSON.stringify([id, type, info, next.created, next.attempt]);
    const before = kept.get(key);
    const wins =
      before === undefined ||
      (result !== "" &&
        (before.result === "" ||
          (result === "complete" && before.result !== "complete") ||
          (KNOWN.has(result) && !KNOWN.has(before.result))));
    if (wins) kept.set(key, next);
  }
  return [...kept.values()];
}

it("any lines, in one table or in two, give the records of the rule, and all are counted", async () => {
  await fc.assert(
    fc.asyncProperty(lines, fc.nat(40), async (all, cut) => {
      const legacy = new LegacyDatabase().write(
        TABLES.task_log,
        TABLES.task_records.replace("PRIMARY KEY (type, job, id, created)", "extra"),
      );
      const rows: readonly Row[] = all.map(line);
      legacy.insert("task_log", ...rows.slice(0, cut)).insert("task_records", ...rows.slice(cut));
      await legacy.importTable();
      const baseName = model(all);
      assert.deepEqual(
        legacy.rows("SELECT task_id, type, info, created, attempt, result, msg, meta FROM task_records ORDER BY id"),
        baseName,
      );
      const count = (result: (text: string) => boolean): number => baseName.filter((one) => result(one.result)).length;
      const sums = ["total", "complete", "error", "warn", "unknown"].map(
        (name) => `ifnull(sum(${name}), 0) AS ${name}`,
      );
      assert.deepEqual(legacy.rows(`SELECT ${sums.join(", ")} FROM task_counts_hourly`)[0], {
        total: baseName.length,
        complete: count((result) => result === "complete"),
        error: count((result) => result === "error"),
        warn: count((result) => result === "warn"),
        unknown: count((result) => result === "odd"),
      });
      assert.deepEqual(legacy.rows("SELECT id FROM dead_letters"), []);
      assert.deepEqual(
        legacy.rows(
          "SELECT id FROM task_records WHERE parent_id IS NOT NULL AND parent_id NOT IN (SELECT parent_id FROM task_relationships)",
        ),
        [],
      );
    }),
    tries(20),
  );
});
