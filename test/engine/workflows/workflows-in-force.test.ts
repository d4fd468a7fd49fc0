import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { it } from "node:test";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { TickScheduler } from "../../../src/engine/fire-ticks.ts";
import { WorkflowReloader } from "../../../src/engine/workflows/reload-workflows.ts";
import { WorkflowsInForce } from "../../../src/engine/workflows/workflows-in-force.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import { phase, rigWith, takeSent } from "../rig/drive.ts";

it("a reload swaps graph and schedules together, or neither, and is repeated", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }));
  const reloader = new WorkflowReloader({
    path: `${rig.dir}/workflows`,
    source: new AnyObjects(),
    store: rig.store,
    zone: "UTC",
    now: () => rig.now,
  });
  const workflows = await WorkflowsInForce.read(reloader);
  let isBroken = false;
  const store = new Proxy(rig.store, {
    get: (target, key) => {
      if (key === "schedules" && isBroken) return () => Promise.reject(new Error("database is busy"));
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const scheduler = new TickScheduler({ ...rig.context, store, graph: () => workflows.graph });
  await scheduler.load(workflows.graph);
  assert.equal(await workflows.reload(scheduler), null);

  const before = workflows.current;
  await rig.write("flow.toml", phase("b", { cron: "0 * * * *" }));
  isBroken = true;
  await assert.rejects(workflows.reload(scheduler), /busy/);
  assert.equal(workflows.current, before);
  await rig.write("more.toml", phase("c", { cron: "0 * * * *" }));
  await assert.rejects(workflows.reload(scheduler), /busy/);
  isBroken = false;
  const after = await workflows.reload(scheduler);
  assert.deepEqual(after?.changed, ["flow.toml", "more.toml"]);
  assert.deepEqual(
    workflows.graph.phases.map(({ task }) => task),
    ["b", "c"],
  );
  assert.equal(await workflows.reload(scheduler), null);
  rig.now += HOUR;
  await scheduler.fire();
  assert.deepEqual(
    takeSent(rig).map(({ type }) => type),
    ["b", "c"],
  );
});

it("an accepted removal takes effect, also when a reload is under way", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }));
  const path = `${rig.dir}/workflows`;
  const options = { path, source: new AnyObjects(), store: rig.store, zone: "UTC", now: () => rig.now };
  const workflows = await WorkflowsInForce.read(new WorkflowReloader(options));
  const scheduler = new TickScheduler({ ...rig.context, graph: () => workflows.graph });
  await scheduler.load(workflows.graph);
  await rm(`${path}/flow.toml`);
  // As the service does: a second request joins the reload that runs.
  let running: Promise<void> | null = null;
  const reload = async (): Promise<void> => {
    running ??= workflows.reload(scheduler).then(() => {
      running = null;
    });
    await running;
  };
  const before = reload();
  const accepted = workflows.acceptRemoval(reload);
  await before;
  assert.equal(scheduler.count, 1);
  assert.deepEqual(await accepted, ["flow.toml"]);
  assert.deepEqual([workflows.graph.phases.length, scheduler.count], [0, 0]);
  await assert.rejects(
    workflows.acceptRemoval(() => Promise.reject(new Error("no such path"))),
    /no such path/,
  );
});

it("a reload by hand sees the files as they are when it is called, and tells of a change that another reload found", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }));
  const path = `${rig.dir}/workflows`;
  const options = { path, source: new AnyObjects(), store: rig.store, zone: "UTC", now: () => rig.now };
  const workflows = await WorkflowsInForce.read(new WorkflowReloader(options));
  const scheduler = new TickScheduler({ ...rig.context, graph: () => workflows.graph });
  await scheduler.load(workflows.graph);
  // As the loop that polls: who asks while it runs waits for the same reload.
  let running: Promise<void> | null = null;
  let reloads = 0;
  const reload = async (): Promise<void> => {
    running ??= workflows.reload(scheduler).then(() => {
      reloads += 1;
      running = null;
    });
    await running;
  };
  await rig.write("more.toml", phase("c"));
  const polled = reload();
  const byHand = workflows.reloadNow(reload);
  await polled;
  await rig.write("late.toml", phase("d"));
  const found = await byHand;
  assert.equal(reloads, 2);
  const after = await workflows.reloadNow(reload);
  assert.deepEqual([...found.changed, ...after.changed].toSorted(), ["late.toml", "more.toml"]);
  assert.ok(found.changed.includes("more.toml"));
  assert.deepEqual([found.removed, found.rejected, found.vanished, found.at], [[], [], null, rig.now]);
  await rig.write("more.toml", "[[phase]\n");
  const [reason] = (await workflows.reloadNow(reload)).rejected;
  assert.match(reason ?? "", /^more\.toml:1:.*its last good version stays in force/);
  await rm(path, { recursive: true });
  await assert.rejects(workflows.reloadNow(reload), { code: "workflows_unreadable", kind: "unavailable" });
});
