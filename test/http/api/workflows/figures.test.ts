import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { figuresAnswer } from "../../../../src/contract/api/workflows/figures-api.ts";
import { fireAt, phase, report, schedule } from "../../../engine/rig/drive.ts";
import { openRig } from "../../../engine/rig/rig.ts";
import { serveRig } from "../../served-rig.ts";

type Figures = z.infer<typeof figuresAnswer>;

const NONE = { total: 0, complete: 0, warn: 0, error: 0, alert: 0, cancelled: 0 };

test("the files have their next ticks, and what became of their tasks by day", async (t) => {
  const rig = await openRig({
    workflows: {
      "a.toml": phase("load", { cron: "0 5 * * *" }) + phase("late", { cron: "0 9 * * *" }),
      "b.toml": phase("hand"),
      "c.toml": phase("off", { cron: "0 4 * * *", paused: true }),
    },
  });
  t.after(() => rig.close());
  const scheduler = await schedule(rig);
  // A failure says so on the bus, which would be reported with the next day.
  const results = ["complete", "warn", "error"];
  for (const [day, result] of results.entries())
    for (const task of await fireAt(rig, scheduler, Date.UTC(2026, 10, 25 + day, 5, 0, 1)))
      if (task.type === "load") await report(rig, task, result);
  const readAt = Date.UTC(2026, 10, 27, 4);
  const { get } = serveRig(t, rig, { workflowsRead: () => ({ readAt, nextReadAt: null }) });
  const { status, body } = await get<Figures>("/api/workflows/figures");
  assert.equal(status, 200);
  assert.deepEqual([body.read_at, body.next_read_at], ["2026-11-27T04:00:00.000Z", null]);
  const [a, b, c] = body.workflows;
  assert.equal(a?.path, "a.toml");
  assert.equal(a.next_at, "2026-11-27T09:00:00.000Z");
  assert.deepEqual(a.day, { ...NONE, total: 2, warn: 1, error: 1 });
  assert.deepEqual(a.days, [
    { day: "2026-11-25", ...NONE, total: 1, complete: 1 },
    { day: "2026-11-26", ...NONE, total: 1, warn: 1 },
    { day: "2026-11-27", ...NONE, total: 1, error: 1 },
  ]);
  assert.deepEqual([b?.path, b?.next_at, b?.day, b?.days], ["b.toml", null, NONE, []]);
  // Nothing says when its pause ends.
  assert.equal(c?.next_at, null);
});

test("who sees one file sees its figures, but no counts that other files share", async (t) => {
  const rig = await openRig({
    workflows: { "a.toml": phase("load", { cron: "@daily" }), "b.toml": phase("load", { cron: "@daily" }) },
  });
  t.after(() => rig.close());
  const { get } = serveRig(t, rig);
  const { body } = await get<Figures>("/api/workflows/figures", "viewer on workflow:a.toml");
  assert.deepEqual(
    body.workflows.map(({ path, day, days }) => [path, day, days]),
    [["a.toml", null, null]],
  );
});
