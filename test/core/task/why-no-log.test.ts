import assert from "node:assert/strict";
import { test } from "node:test";
import { whyNoLog } from "../../../src/core/task/why-no-log.ts";

const TASK = { record_id: 7, type: "load", job: "", state: "finished", host: null, log: null };
const EXEC = { workers: [{ type: "load", job: null, kind: "exec" as const }], dirs: ["/logs"] };

test("a task of a type with exec that a worker by launch ran is not said to have written nothing", () => {
  const here = whyNoLog(TASK, EXEC);
  assert.equal(here, "load (record 7) has no log in /logs: its command wrote nothing, or the log was deleted.");
  for (const log of [null, ""]) {
    const said = whyNoLog({ ...TASK, host: "host-1", log }, EXEC);
    assert.match(said, /^load \(record 7\) has no log here: its worker on host-1 named none .*`launch`/);
  }
  assert.match(whyNoLog({ ...TASK, host: "host-1", log: "/far/x.log" }, EXEC), /wrote it to \/far\/x\.log there/);
});
