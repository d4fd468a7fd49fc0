import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { phaseAnswer, previewTriggerAnswer } from "../../../../src/contract/api/workflows/phase-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { phase, rigWith } from "../../../engine/rig/drive.ts";
import { serveRig } from "../../served-rig.ts";

type Phase = z.infer<typeof phaseAnswer>;
type Preview = z.infer<typeof previewTriggerAnswer>;

const FLOW = `# what loads
[[phase]]
task = "load:daily"
cron = "0 5 * * *"
owner = "data"
template = "?day={yyyy}-{mm}-{dd}"

# the sum of it
[[phase]]
task = "sum"
dependsOn = ["load:daily", "nobody"]
require = ["report"]
template = "?report={meta:report}&by={meta:who}&{uuid}"
  [[phase.param]]
  name = "region"
  choices = ["eu", "us"]
  default = "eu"
  [[phase.param]]
  name = "token"
  secret = true
  default = "hush"
`;

test("a phase says what it does in sentences, with its text, its next ticks and its pause", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get, post } = serveRig(t, rig);
  const { status, body } = await get<Phase>("/api/workflows/phases/load:daily");
  assert.equal(status, 200);
  assert.equal(body.words[0], "Starts every day at 05:00 (UTC), for that time.");
  assert.equal(
    body.source,
    '[[phase]]\ntask = "load:daily"\ncron = "0 5 * * *"\nowner = "data"\ntemplate = "?day={yyyy}-{mm}-{dd}"',
  );
  assert.deepEqual([body.line, body.owner, body.zone, body.parents, body.inputs], [2, "data", "UTC", [], []]);
  assert.equal(body.next.length, 5);
  assert.deepEqual(body.next[0], {
    scheduled_at: "2026-11-25T05:00:00.000Z",
    task_time: "2026-11-25T05:00:00Z",
    held: null,
  });
  const until = "2026-11-26T12:00:00.000Z";
  await post("/api/workflows/phases/load:daily/pause", { until, reason: "new disk" });
  const paused = (await get<Phase>("/api/workflows/phases/load:daily")).body.next;
  assert.deepEqual(paused[0]?.held, { until, by: "ada", reason: "new disk" });
  assert.equal(paused[1]?.scheduled_at, "2026-11-27T05:00:00.000Z");
});

test("a phase names what it follows, and what a task by hand takes, but no secret", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get } = serveRig(t, rig);
  const load = rig.context.graph().phases.find(({ type }) => type === "load");
  const { body } = await get<Phase>("/api/workflows/phases/sum");
  assert.deepEqual(body.parents, [
    { name: "load:daily", phase_id: load?.id },
    { name: "nobody", phase_id: null },
  ]);
  assert.deepEqual(
    body.inputs.map(({ name, default: fallback, required, secret }) => [name, fallback, required, secret]),
    [
      ["region", "eu", false, false],
      ["token", null, false, true],
      ["report", null, true, false],
      ["who", null, true, false],
    ],
  );
  assert.deepEqual([body.next_of, body.next[0]?.scheduled_at], ["load:daily", "2026-11-25T05:00:00.000Z"]);
  assert.equal((await get<Problem>("/api/workflows/phases/no")).body.code, "unknown_phase");
});

test("what a trigger would make is shown, and nothing is made", async (t) => {
  const rig = await rigWith(
    t,
    FLOW + phase("batch", { cron: "@daily", meta: "row:1,2,3", template: "?row={meta:row}" }),
  );
  const { post } = serveRig(t, rig);
  const preview = async (key: string, body: object) =>
    await post<Preview & Problem>(`/api/workflows/phases/${key}/preview`, body);
  const load = await preview("load:daily", { at: "2026-11-20" });
  assert.deepEqual(load.body, {
    tasks: [
      {
        info: "?day=2026-11-20",
        meta: "workflow=flow.toml&cron=2026-11-20T05&job=daily",
        task_time: "2026-11-20T05:00:00Z",
      },
    ],
    total: 1,
  });
  const sum = await preview("sum", { at: "2026-11-20", meta: "report=a&who=ann&token=quiet" });
  assert.equal(sum.body.tasks[0]?.info, "?report=a&by=ann&xxxxxxxx");
  assert.match(sum.body.tasks[0].meta, /region=eu.*token=\*\*\*/);
  const missing = await preview("sum", {});
  assert.deepEqual([missing.status, missing.body.code], [422, "left_open"]);
  assert.equal((await preview("sum", { meta: "region=asia&report=a&who=b" })).body.code, "bad_param");
  assert.deepEqual((await preview("batch", { row: "row=2" })).body.tasks.length, 1);
  assert.equal((await preview("batch", {})).body.total, 3);
  assert.deepEqual(rig.stored.tasks(), []);
  const { status } = await post<Problem>("/api/workflows/phases/load/preview", {}, "viewer");
  assert.equal(status, 403);
});
