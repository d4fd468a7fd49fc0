import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { diskLevel, diskLimits, type DiskLevel } from "../../../src/core/maintenance/disk-level.ts";
import { severityOfLevel, sizeLevel } from "../../../src/core/maintenance/size-level.ts";
import { IntakeGate } from "../../../src/engine/maintenance/intake-gate.ts";
import { DiskWatch, type DiskWatchParts } from "../../../src/engine/maintenance/watch-disk.ts";
import { SizeWatch } from "../../../src/engine/maintenance/watch-size.ts";
import { ALL_ALERTS, type AlertRow } from "../../../src/store/alert-store.ts";
import type { FileSize } from "../../../src/contract/live/maintenance-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { rigWith } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const GB = 1e9;
const MB = 1e6;

async function alertsOf(rig: Rig, type: string): Promise<readonly AlertRow[]> {
  return (await rig.store.reads.alerts.list({ ...ALL_ALERTS, type, limit: 100, before: null })).alerts;
}

describe("the level of a size", () => {
  it("rises at 80, 90 and 100 %, and falls two points below", () => {
    assert.deepEqual(
      [0, 79, 80, 89, 90, 99, 100, 250].map((size) => sizeLevel(size, 100, 0)),
      [0, 0, 80, 80, 90, 90, 100, 100],
    );
    assert.deepEqual(
      [99, 98, 97, 89, 88, 87, 79, 78, 77].map((size) => sizeLevel(size, 100, 100)),
      [100, 100, 90, 90, 90, 80, 80, 80, 0],
    );
    assert.equal(sizeLevel(1e12, 0, 0), 0, "no limit");
    assert.deepEqual([80, 90, 100].map(severityOfLevel), ["info", "warning", "critical"]);
  });
});

describe("the level of a disk", () => {
  const auto = { alert: null, stop: null };
  const level = (free: number, total: number, before: DiskLevel = "ok") => diskLevel({ free, total }, auto, before);

  it("depends on its size where nothing is configured", () => {
    assert.deepEqual(diskLimits({ total: 10 * GB }, auto), { alert: 256 * MB, stop: 64 * MB });
    assert.deepEqual(diskLimits({ total: 1000 * GB }, auto), { alert: 20 * GB, stop: 64 * MB });
    assert.deepEqual(diskLimits({ total: 100 * MB }, auto), { alert: 20 * MB, stop: 5 * MB });
  });

  it("ends a quarter above where it began", () => {
    assert.deepEqual(
      [257 * MB, 255 * MB, 63 * MB].map((free) => level(free, 10 * GB)),
      ["ok", "low", "full"],
    );
    assert.deepEqual(
      [79 * MB, 81 * MB].map((free) => level(free, 10 * GB, "full")),
      ["full", "low"],
    );
    assert.deepEqual(
      [319 * MB, 321 * MB].map((free) => level(free, 10 * GB, "low")),
      ["low", "ok"],
    );
  });

  it("is as configured, and never low with 0", () => {
    const never = { alert: 0, stop: 0 };
    assert.equal(diskLevel({ free: 0, total: GB }, never, "full"), "ok");
    assert.equal(diskLevel({ free: 2 * GB, total: 100 * GB }, { alert: 3 * GB, stop: GB }, "ok"), "low");
  });
});

describe("the alert about the size of the database", () => {
  /** The store of the rig, of which the file is as large as the test says. */
  function watchOf(rig: Rig, file: FileSize, growth: number | null, maxSize = 10 * GB): SizeWatch {
    const maintenance = { fileSize: async () => file, growthPerDay: async () => growth } as Store["maintenance"];
    const { alerts } = rig.store;
    const store = {
      alerts,
      maintenance,
      record: (...args: Parameters<Store["record"]>) => rig.store.record(...args),
      getState: (key: string) => rig.store.getState(key),
      putState: (entries: ReadonlyMap<string, string | null>) => rig.store.putState(entries),
    };
    return new SizeWatch({ runtime: rig.context.runtime, store, path: "tasks.db", maxSize });
  }
  const rigOf = (t: TestContext) => rigWith(t, "");

  it("is one that changes with the level, and ends by itself", async (t) => {
    const rig = await rigOf(t);
    const file = { size: 7 * GB, wal: 0, free: 0, page_size: 4096 };
    const watch = watchOf(rig, file, GB / 2);
    await watch.run();
    assert.deepEqual(await alertsOf(rig, "database_size"), []);
    const seen: unknown[] = [];
    for (const size of [8, 8.5, 9.5, 10.5, 9.5, 8.3]) {
      file.size = size * GB;
      await watch.run();
      const [alert, ...more] = await alertsOf(rig, "database_size");
      assert.deepEqual(more, []);
      seen.push([alert?.severity, alert?.count]);
    }
    assert.deepEqual(seen, [
      ["info", 1],
      ["info", 1],
      ["warning", 2],
      ["critical", 3],
      ["warning", 4],
      ["info", 5],
    ]);
    const [alert] = await alertsOf(rig, "database_size");
    assert.match(
      alert?.message ?? "",
      /^database tasks\.db has 8\.3 GB, 83 % of its limit of 10 GB, of which 0 bytes are free pages; at 500 MB a day the limit is reached in 3\.4 days: keep less/,
    );
    file.size = 5 * GB;
    await watch.run();
    assert.equal((await alertsOf(rig, "database_size"))[0]?.state, "resolved");
  });

  it("is not told again after a restart, or when somebody resolved it, until the level changes", async (t) => {
    const rig = await rigOf(t);
    const file = { size: 8.2 * GB, wal: 0, free: 0, page_size: 4096 };
    await watchOf(rig, file, null).run();
    await rig.reopen();
    await watchOf(rig, file, null).run();
    const [alert] = await alertsOf(rig, "database_size");
    assert.equal(alert?.count, 1);
    await rig.store.alerts.resolve([alert?.id ?? 0], { by: "someone", note: "" }, rig.now);
    await watchOf(rig, file, null).run();
    assert.equal((await alertsOf(rig, "database_size")).length, 1);
    file.size = 9.1 * GB;
    await watchOf(rig, file, null).run();
    assert.equal((await alertsOf(rig, "database_size"))[0]?.state, "open");
  });

  it("ends when the limit is taken away", async (t) => {
    const rig = await rigOf(t);
    const file = { size: 9.9 * GB, wal: 0, free: 0, page_size: 4096 };
    await watchOf(rig, file, null).run();
    await watchOf(rig, file, null, 0).run();
    assert.equal((await alertsOf(rig, "database_size"))[0]?.state, "resolved");
  });
});

describe("a disk that becomes full", () => {
  interface Scene {
    readonly rig: Rig;
    readonly gate: IntakeGate;
    readonly watch: DiskWatch;
    readonly changes: (string | null)[];
    readonly spaces: Map<string, { free: number; total: number; device: number }>;
  }

  async function scene(t: TestContext): Promise<Scene> {
    const rig = await rigWith(t, "");
    const gate = new IntakeGate();
    const changes: (string | null)[] = [];
    gate.onChange((reason) => changes.push(reason));
    const spaces: Scene["spaces"] = new Map([
      ["/data", { free: 5 * GB, total: 10 * GB, device: 1 }],
      ["/logs", { free: 5 * GB, total: 10 * GB, device: 1 }],
      ["/tmp", { free: 5 * GB, total: 10 * GB, device: 2 }],
    ]);
    const folders: DiskWatchParts["folders"] = [
      { path: "/data", holds: "the database and its -wal", isNeeded: true },
      { path: "/logs", holds: "the logs of tasks", isNeeded: false },
      { path: "/tmp", holds: "temporary files", isNeeded: false },
      { path: "/gone", holds: "nothing", isNeeded: false },
    ];
    const { runtime } = rig.context;
    const watch = new DiskWatch({
      runtime,
      store: rig.store,
      folders,
      thresholds: { alert: null, stop: null },
      gate,
      space: async (path) => spaces.get(path) ?? null,
    });
    return { rig, gate, watch, changes, spaces };
  }

  it("first raises an alert, then stops the intake, and goes on by itself", async (t) => {
    const { rig, gate, watch, changes, spaces } = await scene(t);
    const free = async (bytes: number): Promise<string> => {
      for (const path of ["/data", "/logs"]) spaces.set(path, { free: bytes, total: 10 * GB, device: 1 });
      await watch.run();
      const [alert, ...more] = await alertsOf(rig, "disk_full");
      assert.deepEqual(more, [], "one for the disk, not for each folder");
      return alert === undefined ? "none" : `${alert.state} ${alert.severity}`;
    };
    assert.equal(await watch.run(), rig.now + 5000);
    assert.equal(await free(GB), "none");
    assert.equal(await free(200 * MB), "open warning");
    assert.equal(gate.reason, null);
    gate.admit();
    assert.equal(await watch.run(), rig.now + 500, "more often near a threshold");
    assert.equal(await free(50 * MB), "open critical");
    assert.match(
      gate.reason ?? "",
      /^the disk of \/data has only 50 MB of 10 GB left, where the database and its -wal are: .*; below 64 MB no message is taken in, all wait where they are, and it goes on by itself when there is space$/,
    );
    assert.throws(() => gate.admit(), { kind: "unavailable", code: "disk_nearly_full" });
    assert.equal(await free(70 * MB), "open critical", "a little more is not enough");
    assert.equal(await free(90 * MB), "open warning");
    assert.equal(gate.reason, null);
    assert.equal(await free(5 * GB), "resolved warning");
    assert.equal(changes.length, 2);
    assert.equal(changes[1], null);
  });

  it("with temporary files or logs alone keeps nothing from being taken in", async (t) => {
    const { rig, gate, watch, spaces } = await scene(t);
    spaces.set("/tmp", { free: MB, total: 10 * GB, device: 2 });
    await watch.run();
    assert.equal(gate.reason, null);
    const [alert] = await alertsOf(rig, "disk_full");
    assert.deepEqual([alert?.severity, alert?.cause], ["warning", "/tmp"]);
    assert.deepEqual(
      watch.states.map(({ path, level }) => [path, level]),
      [
        ["/data", "ok"],
        ["/tmp", "full"],
      ],
    );
  });

  it("stops the intake also when the alert does not fit any more", async (t) => {
    const { rig, gate, watch, spaces } = await scene(t);
    spaces.set("/data", { free: 0, total: 10 * GB, device: 1 });
    t.mock.method(rig.store, "record", () => Promise.reject(new Error("the disk is full")));
    await assert.rejects(watch.run(), /the disk is full/);
    assert.notEqual(gate.reason, null);
  });
});
