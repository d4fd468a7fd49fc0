import assert from "node:assert/strict";
import { test } from "node:test";
import { createTask } from "../../../src/engine/create-task.ts";
import { compareTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { fireAt, phase, report, rigWith, rootTask, schedule, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const ROWS = Array.from({ length: 200 }, (_, n) => n);
const BATCH = { rule: `meta=n:${ROWS.join(",")}`, template: "?n={meta:n}&who={meta:who}" };

for (const [made, keys, make] of [
  ["a tick", { cron: "0 5 * * *" }, async (rig: Rig) => fireAt(rig, await schedule(rig), Date.UTC(2026, 10, 25, 5))],
  ["a parent", { dependsOn: "root" }, (rig: Rig) => report(rig, rootTask(rig), "complete")],
  [
    "a person",
    { cron: "0 5 * * *" },
    (rig: Rig) =>
      createTask(
        { type: "a", job: "", workflow: "", at: null, info: null, meta: "who=ann", by: "a test" },
        rig.context,
      ),
  ],
] as const) {
  test(`the rows of a batch that ${made} made are made anew once to be compared, not once for each`, async (t) => {
    const rig = await rigWith(t, phase("root") + phase("a", { ...BATCH, ...keys }));
    await make(rig);
    takeSent(rig);
    const ids = rig.stored.tasks().flatMap(({ id, type }) => (type === "a" ? [id] : []));
    assert.equal(ids.length, ROWS.length);
    const newId = t.mock.method(rig.context.runtime, "newId");
    const compared = await compareTasks(ids, rig.context);
    assert.deepEqual(
      compared.map(({ current, recorded }) => (typeof current === "string" ? current : current.info === recorded.info)),
      ROWS.map(() => true),
    );
    assert.ok(newId.mock.callCount() <= ROWS.length, `${newId.mock.callCount()} tasks were made`);
  });
}
