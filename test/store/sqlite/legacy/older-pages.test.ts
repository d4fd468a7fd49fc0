import { wallOf } from "../../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import { jobsByType, recapKey } from "../../../../src/core/legacy/recap-pages.ts";
import { ALERT, fileDecider, fileMessage, NOW } from "../../factories.ts";
import { openBare, openScratch, scratchFolder } from "../scratch.ts";
import { plant, type Planted } from "../search/search-rows.ts";

function row(id: number, created: number | null, more: Partial<Planted> = {}): Planted {
  const text = { run: `r${id}`, type: "load", job: "eu", info: "", meta: "", msg: "", result: "", state: "queued" };
  const rest = { origin: "external", attempt: 0, workflow: "", taskTime: null, started: null, ended: null };
  return { id, ...text, ...rest, created, ...more };
}

describe("the older program's pages", () => {
  it("find the tasks of a day, in the index and behind it", async () => {
    const path = join(scratchFolder(), "day.db");
    const store = await openScratch(path);
    const db = openBare(path);
    plant(db, [row(10, NOW), row(5000, NOW + HOUR), row(5001, NOW - 3 * DAY), row(9000, null)]);
    await store.indexSearch(100);
    const failed = { result: "error", state: "finished" };
    plant(db, [row(20_000, NOW - HOUR, failed), row(20_001, NOW + 5 * DAY, failed), row(20_002, NOW, { run: "" })]);
    const { legacy } = store.reads;
    const asked = { day: Math.floor(NOW / DAY) * DAY, id: "", type: "", job: "", result: "", page: 1, limit: 2 };
    const first = await legacy.dayOfTasks(asked);
    assert.deepEqual([first.total, first.rows.map(({ id }) => id)], [3, ["r5000", "r10"]]);
    const second = await legacy.dayOfTasks({ ...asked, page: 2 });
    assert.deepEqual(
      second.rows.map(({ id }) => id),
      ["r20000"],
    );
    const errors = await legacy.dayOfTasks({ ...asked, result: "error", type: "load" });
    assert.deepEqual([errors.total, errors.rows.map(({ id }) => id)], [1, ["r20000"]]);
    assert.equal((await legacy.dayOfTasks({ ...asked, result: "error", job: "us" })).total, 0);
    assert.equal((await legacy.dayOfTasks({ ...asked, result: "running" })).total, 2);
    assert.deepEqual(await legacy.dates("tasks"), ["2026-03-06", "2026-03-01", "2026-02-26"]);
    db.close();
    await store.close();
  });

  it("count a type that came as type:job with the others of that job", async () => {
    const path = join(scratchFolder(), "recap.db");
    const store = await openScratch(path);
    const db = openBare(path);
    const whole = { type: "load:eu", job: "" };
    plant(db, [row(1, NOW), row(2, NOW, whole), row(3, NOW, { type: "load:eu", job: "x" }), row(4, NOW, { job: "" })]);
    const groups = await store.reads.legacy.recap(Math.floor(NOW / DAY) * DAY, true);
    assert.deepEqual(jobsByType(groups), { load: ["eu", "eu:x"] });
    assert.deepEqual(
      groups.map((group) => [recapKey(group), group.counts.running]),
      [
        ["load:eu", 2],
        ["load:eu:x", 1],
        ["load", 1],
      ],
    );
    db.close();
    await store.close();
  });

  it("list the days of files and alerts", async () => {
    const store = await openScratch(join(scratchFolder(), "dates.db"));
    for (const days of [0, 1, 1, 4]) {
      const at = NOW + days * DAY;
      const message = fileMessage({ receivedAt: at }, `/in/${days}.csv`);
      await store.ingestFiles(
        [message],
        fileDecider(() => ({})),
        at,
      );
      await store.record({ alerts: [{ ...ALERT, taskTime: wallOf(at) }], decisions: [] }, at + 1);
    }
    assert.deepEqual(await store.reads.legacy.dates("files"), ["2026-03-05", "2026-03-02", "2026-03-01"]);
    assert.deepEqual(await store.reads.legacy.dates("alerts"), ["2026-03-05", "2026-03-02", "2026-03-01"]);
    await store.close();
  });
});
