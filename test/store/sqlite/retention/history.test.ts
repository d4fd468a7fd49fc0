import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { changesOf } from "../../../../src/store/sqlite/backup/snapshot.ts";
import { phase, report, rigWith, rootTask } from "../../../engine/rig/drive.ts";
import { openBare } from "../scratch.ts";
import { cleanUp, DAY } from "./cleanup-rig.ts";

it("what a database has recorded does not become less when it is deleted, and grows with each row", async (t) => {
  const rig = await rigWith(t, phase("root"));
  const changes = (): number => {
    const db = openBare(join(rig.dir, "tasks.db"));
    try {
      return changesOf(db);
    } finally {
      db.close();
    }
  };
  await report(rig, rootTask(rig, { id: "a" }), "complete");
  const before = changes();
  rig.now += 91 * DAY;
  await cleanUp(rig);
  assert.equal(changes(), before);
  await rig.reopen();
  await report(rig, rootTask(rig, { id: "b" }), "complete");
  const after = changes();
  assert.ok(after > before, `${after} > ${before}`);
  rig.now += 91 * DAY;
  await cleanUp(rig);
  assert.equal(changes(), after);
});
