import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import type { WorkerOptions } from "../../src/config/lacks-worker.ts";
import { reloadMessage, withoutParent, withoutWorker } from "../../src/app/startup-message.ts";
import { arrive, phase, rigWith } from "../engine/rig/drive.ts";

it("a reload says which files changed, which were removed, and what becomes of waiting tasks", async (t) => {
  const capped = phase("a", { files: "/in/*.csv", max_active: 2 });
  const cancelling = `on_removed = "cancel"\n${phase("c", { files: "/in/*.csv", overlap: "queue" })}`;
  const rig = await rigWith(t, "", {
    workflows: { "gone.toml": capped, "edited.toml": cancelling, "same.toml": phase("s", { cron: "@daily" }) },
  });
  await arrive(rig, "/in/1.csv", "/in/2.csv", "/in/3.csv");
  rig.now += 1000;
  await rm(join(rig.dir, "workflows", "gone.toml"));
  await rig.write("edited.toml", `on_removed = "cancel"\n${phase("d", { cron: "@daily" })}`);
  assert.deepEqual(reloadMessage(await rig.reload()), [
    "Workflows reloaded: edited.toml.",
    "Workflows removed: gone.toml.",
    'c was removed from edited.toml: 2 tasks of it that waited are cancelled (on_removed = "cancel").',
    "a was removed from gone.toml: 1 task of it that waited is sent under the cap of 2 that it had.",
  ]);
});

it("a reload that removes nothing that waits says only the files", async (t) => {
  const rig = await rigWith(t, phase("a", { files: "/in/*.csv", max_active: 1 }));
  await arrive(rig, "/in/1.csv");
  rig.now += 1000;
  await rig.write("flow.toml", phase("b", { files: "/in/*.csv" }));
  assert.deepEqual(reloadMessage(await rig.reload()), ["Workflows reloaded: flow.toml."]);
});

it("a reload that removes a paused phase says that what it kept will not start", async (t) => {
  const rig = await rigWith(t, phase("a", { files: "/in/*.csv", paused: true }));
  await arrive(rig, "/in/1.csv");
  rig.now += 1000;
  await rig.write("flow.toml", phase("b", { files: "/in/*.csv" }));
  assert.deepEqual(reloadMessage(await rig.reload()), [
    "Workflows reloaded: flow.toml.",
    "a was removed from flow.toml: 1 task of it that waited is cancelled unless it is back within a minute: it was paused.",
  ]);
});

it("the start names each task that no worker runs", async (t) => {
  const rig = await rigWith(t, phase("load:eu", { cron: "@daily" }) + phase("other", { cron: "@daily" }));
  const worker = { type: "load", job: "us" } as WorkerOptions["workers"][number];
  const bus = { outKind: "memory" } as WorkerOptions["bus"];
  assert.deepEqual(withoutWorker(await rig.reload(), { bus, workers: [worker] }), [
    "flow.toml:1:1: warning no_worker: No [[worker]] runs load:eu: those of load run other jobs, and answer its tasks with an error.",
    "flow.toml:4:1: warning no_worker: No [[worker]] runs other, and the embedded bus has no other listeners: its tasks wait for ever.",
  ]);
  assert.deepEqual(withoutWorker(await rig.reload(), { bus: { ...bus, outKind: "nsq" }, workers: [] }), []);
});

it("a reload that removes the parent of a phase in another file names that phase", async (t) => {
  const child = phase("b", { dependsOn: "first.toml: a" });
  const rig = await rigWith(t, "", {
    workflows: { "first.toml": phase("a", { cron: "@daily" }), "second.toml": child },
  });
  assert.deepEqual(withoutParent(await rig.reload()), []);
  rig.now += 1000;
  await rig.write("first.toml", phase("c", { cron: "@daily" }));
  assert.deepEqual(withoutParent(await rig.reload()), [
    "second.toml:1:1: warning unknown_parent: b of second.toml depends on first.toml: a, which no phase in force makes: nothing starts it.",
  ]);
});

it("of many phases without their parent twenty are named, and the others counted", async (t) => {
  const children = Array.from({ length: 23 }, (_, at) => phase(`b${at}`, { dependsOn: "first.toml: a" })).join("");
  const rig = await rigWith(t, "", { workflows: { "second.toml": children } });
  const lines = withoutParent(await rig.reload());
  assert.equal(lines.length, 21);
  assert.equal(lines[20], "and 3 more without their parent: run flowlord check to see them.");
});
