import assert from "node:assert/strict";
import { it } from "node:test";
import { ANY_ALERT } from "../../../../src/core/alerts/alert-matcher.ts";
import { letterAlerts } from "../../../../src/core/decide/dead-letters.ts";
import { openBare } from "../scratch.ts";
import { decision } from "../../factories.ts";
import { begin } from "../../../engine/backfill/ask.ts";
import { arrive, phase, report, rigWith, rootTask, takeSent } from "../../../engine/rig/drive.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { join } from "node:path";
import { cleanUp, DAY, queried, rowsOf, runAll } from "./cleanup-rig.ts";

const FLOW = phase("root", { retry: 0 }) + phase("load", { files: "/in/*.csv" }) + phase("a", { cron: "0 5 * * *" });

/** Tables of which no row is ever deleted, or in which nobody looks for a row by its number. */
const NOT_MEANT: ReadonlySet<string> = new Set([
  // Never deleted.
  "workflow_files",
  "workflow_versions",
  "workflow_phases",
  "search_progress",
  // Replaced at each load.
  "workflow_issues",
  // A queue.
  "search_pending",
  // Their own mark (AUTOINCREMENT).
  "users",
  "sessions",
  "api_keys",
  "saved_views",
  // The number of its record.
  "task_blocks",
]);

/** A row in each table, at least. */
async function fill(rig: Rig, name: string): Promise<void> {
  const { store, now } = rig;
  await report(rig, rootTask(rig, { id: name, info: `?n=${name}` }), "alert", { msg: name });
  await arrive(rig, `/in/${name}.csv`);
  for (const task of takeSent(rig)) await report(rig, task, "complete");
  await store.addDeadLetters([{ topic: "done", payload: "x", reason: "no JSON", code: name, receivedAt: now }]);
  const [alert] = await store.reads.alerts.open(null, 10);
  await store.alerts.resolve([alert?.id ?? 0], { by: "ann", note: name }, now);
  const silence = { alertId: null, matcher: ANY_ALERT, author: "ann", reason: name, startsAt: now, endsAt: now + 1 };
  await store.alerts.addSilence(silence, now);
  await store.alerts.addTest({ channel: "ops", deliveryId: name, text: "test" }, now);
  await store.pauses.begin([{ phaseId: 0, until: null, by: "ann", reason: name, decision: decision() }], now);
  const [pause] = await store.pauses.inForce();
  await store.pauses.end([{ id: pause?.id ?? 0, by: "ann", decision: decision() }], now);
  await store.byHand.addToJob({ id: null, request: "{}", begins: false }, [1], now);
  await begin(rig, "2026-11-01", "2026-11-02");
  const note = { target: "day", target_id: 20261124, text: name, author: "ann" } as const;
  await store.notes.add(note, { recordId: null, fileMessageId: null }, () => decision(), now);
  const entry = { who: "ann", via: "command", address: "", requestId: name, act: "fill", target: "" } as const;
  await store.access.audit({ ...entry, outcome: "done", before: null, after: null }, now);
  await store.retention.create(
    { cause: "hand", dryRun: true, plan: [{ table: "pauses", before: 0, maxRows: null, surplusBefore: 0 }], by: "ann" },
    now,
  );
  await runAll(rig);
}

/** The highest and lowest id of each table that numbers its rows. */
function ids(rig: Rig): ReadonlyMap<string, { readonly first: number; readonly last: number }> {
  return queried(rig, (all) => {
    const tables = all(
      `SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.type = 'INTEGER' AND c.pk = 1 AND c.name = 'id'
       WHERE m.type = 'table' AND m.name NOT LIKE 'task_search%'`,
    ).map(({ name }) => String(name));
    return new Map(
      tables
        .filter((table) => !NOT_MEANT.has(table))
        .map((table) => {
          const [row] = all(`SELECT ifnull(min(id), 0) AS first, ifnull(max(id), 0) AS last FROM ${table}`);
          return [table, { first: Number(row?.["first"]), last: Number(row?.["last"]) }] as const;
        }),
    );
  });
}

/** The highest id that a message in the outbox may have had: what was sent is there no more. */
function outboxMark(rig: Rig): number {
  const read = (all: (sql: string) => readonly Record<string, unknown>[]): unknown =>
    all("SELECT high_id FROM id_sequences WHERE name = 'outbox'")[0]?.["high_id"];
  return Number(queried(rig, read));
}

function emptied(rig: Rig): void {
  const db = openBare(join(rig.dir, "tasks.db"));
  db.pragma("foreign_keys = OFF");
  for (const table of ids(rig).keys()) db.exec(`DELETE FROM ${table}`);
  db.close();
}

it("never begin anew in any table: emptied by hand, or by a cleanup, over a restart", async (t) => {
  const rig = await rigWith(t, FLOW);
  await fill(rig, "first");
  const first = ids(rig);
  const marks = [outboxMark(rig)];
  for (const [table, { last }] of first) if (table !== "outbox") assert.ok(last > 0, `no row of ${table}`);
  await rig.reopen();
  emptied(rig);
  await rig.reopen();
  await fill(rig, "second");
  const second = ids(rig);
  marks.push(outboxMark(rig));
  for (const [table, { last }] of first)
    if (table !== "outbox") assert.ok((second.get(table)?.first ?? 0) > last, `${table} begins anew`);

  rig.now += 2 * DAY;
  await cleanUp(rig, { older_than: "1d" });
  assert.equal(rowsOf(rig)["task_records"], undefined);
  await rig.reopen();
  await fill(rig, "third");
  const third = ids(rig);
  marks.push(outboxMark(rig));
  assert.ok((marks[0] ?? 0) > 0);
  assert.deepEqual(
    marks,
    [...new Set(marks)].toSorted((a, b) => a - b),
    "the outbox begins anew",
  );
  for (const [table, { last }] of second)
    if (table !== "outbox") assert.ok((third.get(table)?.last ?? 0) > last, `${table} begins anew after a cleanup`);
});

it("leave no cursor behind: search, alerts and dead letters go on after everything was deleted", async (t) => {
  const rig = await rigWith(t, FLOW);
  const index = async (): Promise<void> => {
    while ((await rig.store.indexSearch(1000)).isMore);
  };
  await fill(rig, "first");
  await index();
  rig.now += 2 * DAY;
  await cleanUp(rig, { older_than: "1d" });
  await rig.reopen();
  const search = async (text: string): Promise<readonly string[]> => {
    const query = {
      kind: "and",
      terms: text === "" ? [] : [{ kind: "words", field: "info", phrases: [[text]] }],
    } as const;
    return (await rig.store.reads.searchTasks({ query, before: null, limit: 10 } as never)).rows.map((row) => row.id);
  };
  assert.deepEqual(await search(""), []);
  await fill(rig, "second");
  await index();
  assert.ok((await search("")).includes("second"));
  const letters = await rig.store.reads.deadLetters({ limit: 10, before: null, includeRedriven: false });
  assert.deepEqual(
    letters.map(({ code }) => code),
    ["second"],
  );
  assert.equal(await rig.store.alerts.raiseDeadLetters(10, letterAlerts, rig.now), 1);
});
