import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { advance } from "../../../../src/engine/retention/cleanup-runner.ts";
import type { Cleanup } from "../../../../src/store/retention/retention-store.ts";
import { IdSet } from "../../../../src/store/sqlite/retention/id-set.ts";
import { begin } from "../../../engine/backfill/ask.ts";
import { arrive, phase, report, rigWith, rootTask, takeSent } from "../../../engine/rig/drive.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { decision } from "../../factories.ts";
import { fc, randomFrom, SEED, tries } from "../../../support/seed.ts";
import { cleanUp, controlOf, DAY, orphans, rowsOf, runAll } from "./cleanup-rig.ts";

/** Children, retries, joins of one run and of several, files that tasks make, and files that are gathered. */
const FLOW =
  phase("root", { retry: 1 }) +
  phase("child", { dependsOn: "root", retry: 1 }) +
  phase("leaf", { dependsOn: "child" }) +
  phase("side", { retry: 0 }) +
  phase("merge", { dependsOn: "root, side", join: "all" }) +
  phase("both", { dependsOn: "child, leaf", join: "all" }) +
  phase("load", { files: "/out/*/*.csv" }) +
  phase("pack", { files: "/parts/*/*.csv", gather: 2 }) +
  phase("a", { cron: "0 5 * * *" });

/** Some days of history, chosen at random: most of it ends. */
async function live(rig: Rig, random: () => number, name: string): Promise<void> {
  const { store } = rig;
  const runs = 3 + Math.floor(random() * 4);
  for (let n = 0; n < runs; n += 1) {
    const id = `${name}-${n}`;
    const task = rootTask(rig, {
      id: random() < 0.1 ? "" : id,
      type: random() < 0.5 ? "root" : "side",
      info: `?n=${id}`,
      meta: `workflow=flow.toml&cron=2026-11-${10 + Math.floor(random() * 2)}T00`,
    });
    await finish(rig, [task], random, id);
    if (random() < 0.5) await arrive(rig, `/out/2026-11-24/${id}.csv`);
    await arrive(rig, `/parts/2026-11-24/${id}.csv`, { path: "/elsewhere/x", id });
    await finish(rig, takeSent(rig), random, id);
  }
  await store.notes.add(
    { target: "task", target_id: 1 + Math.floor(random() * 5), text: name, author: "ann" },
    { recordId: null, fileMessageId: null },
    () => decision(),
    rig.now,
  );
  await store.addDeadLetters([{ topic: "done", payload: "x", reason: "no", code: name, receivedAt: rig.now }]);
  if (random() < 0.5) await store.byHand.addToJob({ id: null, request: "{}", begins: false }, [1, 2], rig.now);
  if (random() < 0.3) await begin(rig, "2026-11-01", "2026-11-02");
  const open = await store.reads.alerts.open(null, 100);
  const resolved = open.filter(() => random() < 0.7).map((alert) => alert.id);
  if (resolved.length > 0) await store.alerts.resolve(resolved, { by: "ann", note: name }, rig.now);
  while (random() < 0.7 && (await store.indexSearch(1000)).isMore);
  rig.now += Math.floor(random() * 3 * DAY);
}

/** Answers what is sent until nothing is, or it was enough. */
async function finish(rig: Rig, first: readonly ReturnType<typeof rootTask>[], random: () => number, id: string) {
  let tasks = first;
  for (let turn = 0; turn < 6 && tasks.length > 0; turn += 1) {
    for (const task of tasks) {
      const made =
        random() < 0.4
          ? { msg: `wrote /out/2026-11-24/${id}.csv`, meta: `${task.meta}&file=/out/2026-11-24/${id}.csv` }
          : {};
      if (random() < 0.95)
        await report(rig, task, random() < 0.75 ? "complete" : random() < 0.5 ? "error" : "alert", made);
    }
    rig.now += 5000;
    await rig.sweep();
    tasks = takeSent(rig);
  }
}

async function dryAndReal(
  rig: Rig,
  plan: Cleanup["plan"],
): Promise<readonly [dry: Cleanup | null, real: Cleanup | null]> {
  await rig.store.retention.create({ cause: "hand", dryRun: true, plan, by: "ann" }, rig.now);
  const dry = await runAll(rig);
  await rig.store.retention.create({ cause: "hand", dryRun: false, plan, by: "ann" }, rig.now);
  return [dry, await runAll(rig, 7)];
}

/** The rows of each table that has any. */
function counts(cleanup: Cleanup | null): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const tables = Object.entries(cleanup?.deleted ?? {}).map(([table, rows]) => [
    table,
    Object.fromEntries(Object.entries(rows).filter(([, count]) => count > 0)),
  ]);
  return Object.fromEntries(tables) as ReturnType<typeof counts>;
}

describe("a dry run", () => {
  it("counts of each table what a cleanup deletes then, whatever has happened", async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const rig = await rigWith(t, FLOW);
        const random = randomFrom(seed);
        const days = 3 + Math.floor(random() * 4);
        for (let day = 0; day < days; day += 1) await live(rig, random, `d${day}`);
        const { plan } = await planOf(rig);
        for (const [age, maxRows] of [
          [4, null],
          [null, 12],
          [3, 8],
          [1, null],
          [0.1, null],
        ] as const) {
          const [dry, real] = await dryAndReal(
            rig,
            plan.map((limits) => ({
              ...limits,
              before: age === null ? null : rig.now - age * DAY,
              maxRows: limits.table.endsWith("hourly") ? null : maxRows,
              surplusBefore: rig.now - DAY,
            })),
          );
          assert.deepEqual(counts(dry), counts(real), `seed ${seed}, ${age} days, ${maxRows} rows`);
          assert.deepEqual(orphans(rig), []);
        }
      }),
      tries(20),
    );
  });

  it("counts in pages, and begins anew when it does not know what it has counted", async (t) => {
    const rig = await rigWith(t, FLOW);
    for (let n = 0; n < 300; n += 1) await report(rig, rootTask(rig, { id: `r${n}`, type: "side" }), "complete");
    rig.now += 100 * DAY;
    const plan = (await planOf(rig)).plan;
    const id = await rig.store.retention.create({ cause: "hand", dryRun: true, plan, by: "ann" }, rig.now);
    const page = async (): Promise<Cleanup> => {
      const cleanup = await rig.store.retention.one(id);
      assert.ok(cleanup !== null);
      const after = await advance(cleanup, 1000, { runtime: rig.context.runtime, store: rig.store, archiver: null });
      assert.ok(after !== null);
      return after;
    };
    const first = await page();
    assert.deepEqual([first.atStep, first.deleted["task_records"]?.["task_records"]], [0, 250]);
    await rig.reopen();
    assert.deepEqual((await page()).deleted, {}, "the reader is another one");
    for (let pages = 0; (await page()).state === "running"; pages += 1) assert.ok(pages < 100);
    const dry = await rig.store.retention.one(id);
    assert.equal(dry?.deleted["task_records"]?.["task_records"], 300);
    await rig.store.retention.create({ cause: "hand", dryRun: false, plan, by: "ann" }, rig.now);
    assert.deepEqual(counts(dry), counts(await runAll(rig)));
  });

  it("leaves everything as it is", async (t) => {
    const rig = await rigWith(t, FLOW);
    for (let day = 0; day < 3; day += 1) await live(rig, randomFrom(SEED), `d${day}`);
    rig.now += 100 * DAY;
    const before = rowsOf(rig);
    const dry = await cleanUp(rig, { dry_run: true });
    assert.ok((dry.deleted["task_records"]?.["task_relationships"] ?? 0) > 0);
    assert.deepEqual({ ...rowsOf(rig), cleanups: 0 }, { ...before, cleanups: 0 });
  });
});

it("ids in a set of bits", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000)), fc.array(fc.nat(100_000)), (added, asked) => {
      const set = new IdSet();
      for (const id of added) set.add(id);
      for (const id of [...added, ...asked]) assert.equal(set.has(id), added.includes(id));
      assert.equal(set.isEmpty, added.length === 0);
    }),
  );
});

/** Of every table. */
async function planOf(rig: Rig): Promise<Cleanup> {
  const { id } = await controlOf(rig).start({ table: null, older_than: "1d", dry_run: true, by: "ann" });
  await rig.store.retention.stop(id, rig.now);
  const cleanup = await rig.store.retention.one(id);
  if (cleanup === null) throw new Error("it is not there");
  return cleanup;
}
