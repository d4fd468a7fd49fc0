import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { parseMeta } from "../../../src/core/task/meta.ts";
import { finishFiles, GatherTimeouts } from "../../../src/engine/files/finish-gathered.ts";
import { handleFiles } from "../../../src/engine/handle-file.ts";
import { alerts, arrive, codes, dataOf, phase, records, report, rigWith, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { finishRequest } from "./finish-request.ts";

const MERGE = { files: "/in/*/*/*/*", gather: 3 };

function finish(rig: Rig, input: object): ReturnType<typeof finishFiles> {
  return finishFiles(finishRequest(input), rig.context);
}

function filesOf(meta: string): readonly string[] {
  return parseMeta(meta).get("file") ?? [];
}

describe("gathered files that never become enough", () => {
  it("make their task by hand, for the task time that is named, once", async (t) => {
    const rig = await rigWith(t, phase("merge", MERGE) + phase("after", { dependsOn: "merge" }));
    await arrive(rig, "/in/2026/11/24/1", "/in/2026/11/24/2", "/in/2026/11/25/1");
    const asked = await finish(rig, {});
    assert.deepEqual(
      [asked.finished, asked.waiting.map((one) => one.task_time)],
      [[], ["2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"]],
    );
    assert.deepEqual(takeSent(rig), [], "nothing is guessed");
    const { finished } = await finish(rig, { at: "2026-11-24" });
    const merge = takeOne(rig);
    assert.deepEqual(filesOf(merge.meta), ["/in/2026/11/24/1", "/in/2026/11/24/2"]);
    assert.deepEqual(
      finished.map((one) => [one.record_id, one.workflow]),
      [[1, "flow.toml"]],
    );
    assert.partialDeepStrictEqual(dataOf(rig, "file_matched"), { have: 2, want: 3, finished: "by hand", by: "ada" });
    const { waiting } = await finish(rig, { at: "2026-11-24" });
    assert.deepEqual(
      waiting.map((one) => one.task_time),
      ["2026-11-25T00:00:00Z"],
      "it is finished; these wait",
    );
    await report(rig, merge, "complete");
    assert.deepEqual(records(rig), ["merge finished complete 0", "after queued - 0"]);
    await arrive(rig, "/in/2026/11/24/3");
    assert.equal(dataOf(rig, "file_gathering")["have"], 1, "a late file begins anew");
  });

  it("are named by their task time with the offset of the phase's zone", async (t) => {
    const rig = await rigWith(t, phase("merge", { ...MERGE, timezone: "Asia/Kolkata" }));
    await arrive(rig, "/in/2026/11/24/1", "/in/2026/11/25/1");
    const times = (await finish(rig, {})).waiting.map((one) => one.task_time);
    assert.deepEqual(times, ["2026-11-24T00:00:00+05:30", "2026-11-25T00:00:00+05:30"]);
    const { finished } = await finish(rig, { at: times[1] });
    assert.deepEqual(
      finished.map((one) => one.task_time),
      ["2026-11-25T00:00:00+05:30"],
    );
  });

  it("of two workflow files with the same phase are those of the named one", async (t) => {
    const rig = await rigWith(t, phase("merge", MERGE), {
      workflows: { "a.toml": phase("merge", MERGE), "b.toml": phase("merge", MERGE) },
    });
    await arrive(rig, "/in/2026/11/24/1");
    assert.equal((await finish(rig, {})).waiting.length, 2);
    assert.deepEqual(
      (await finish(rig, { workflow: "b.toml" })).finished.map((one) => one.workflow),
      ["b.toml"],
    );
    assert.equal((await finish(rig, { all: true })).finished.length, 1);
  });

  it("wait for gather_timeout at most once more when the clock is set back", async (t) => {
    const rig = await rigWith(t, phase("merge", { ...MERGE, gather_timeout: "2h" }));
    const timeouts = new GatherTimeouts(rig.context);
    await arrive(rig, "/in/2026/11/24/a.csv");
    rig.now -= 48 * HOUR;
    for (const [later, made] of [
      [0, 0],
      [2 * HOUR - MINUTE, 0],
      [MINUTE, 1],
    ] as const) {
      rig.now += later;
      await timeouts.expire();
      assert.equal(rig.stored.tasks().length, made);
    }
  });

  it("make it after gather_timeout, counted from the first of them, over a restart too", async (t) => {
    const rig = await rigWith(t, phase("merge", { ...MERGE, gather_timeout: "2h" }));
    const expire = (): Promise<boolean> => new GatherTimeouts(rig.context).expire();
    await arrive(rig, "/in/2026/11/24/1");
    rig.now += HOUR;
    await arrive(rig, "/in/2026/11/24/2", "/in/2026/11/25/1");
    rig.now += HOUR - MINUTE;
    await expire();
    assert.deepEqual(takeSent(rig), []);
    await rig.reopen();
    rig.now += MINUTE;
    await expire();
    await expire();
    assert.deepEqual(filesOf(takeOne(rig).meta), ["/in/2026/11/24/1", "/in/2026/11/24/2"]);
    assert.partialDeepStrictEqual(dataOf(rig, "file_matched"), { have: 2, want: 3, finished: "gather_timeout" });
    rig.now += HOUR;
    await expire();
    assert.equal(takeSent(rig).length, 1);
  });
});

describe("a gathered file whose path alone is too long for a message", () => {
  const long = `/lake/${"x".repeat(1_100_000)}`;

  it("makes no task, and says so once, also at the time-out", async (t) => {
    const rig = await rigWith(t, phase("merge", { files_glob: "/lake/**", gather: 2, gather_timeout: "1h" }));
    await arrive(rig, long);
    rig.now += HOUR;
    const timeouts = new GatherTimeouts(rig.context);
    await timeouts.expire();
    await timeouts.expire();
    assert.deepEqual(
      [takeSent(rig), alerts(rig).map(({ type, task_type, count }) => [type, task_type, count])],
      [[], [["task_too_large", "merge", 1]]],
    );
    await arrive(rig, "/lake/b");
    assert.equal(parseMeta(takeOne(rig).meta).get("file_count")?.[0], "2", "the list has room for it");
  });
});

describe("the task time of a file", () => {
  const zone = "Europe/Berlin";
  const event = (more: object): string => JSON.stringify({ path: "/in/x.csv", size: 1, ...more });
  const template = "?day={yyyy}-{mm}-{dd}T{hh}";

  async function come(rig: Rig, more: object = {}): Promise<void> {
    await handleFiles([{ topic: "files", payload: event(more), id: null }], rig.context);
  }

  it("is the hour of its arrival or creation, as the clock of the zone shows it, and comes back with its result", async (t) => {
    const flow =
      phase("a", { files: "/in/*", task_time: "received", template }) +
      phase("b", { files: "/in/*", task_time: "created", timezone: "Asia/Kolkata", template }) +
      phase("c", { dependsOn: "b" });
    const rig = await rigWith(t, flow, { zone });
    await come(rig, { created: "2026-11-23T23:40:00Z" });
    const [a, b] = takeSent(rig);
    assert.equal(a?.info, "?day=2026-11-24T13");
    assert.equal(b?.info, "?day=2026-11-24T05");
    assert.ok(b !== undefined && parseMeta(b.meta).get("cron")?.[0] === "2026-11-24T05");
    await report(rig, b, "complete");
    assert.deepEqual(
      rig.stored.tasks().map(({ type, task_time }) => [type, task_time]),
      [
        ["a", Date.UTC(2026, 10, 24, 13)],
        ["b", Date.UTC(2026, 10, 24, 5)],
        ["c", Date.UTC(2026, 10, 24, 5)],
      ],
    );
  });

  it("gathers what came in one hour", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*", task_time: "received", gather: 2 }));
    await arrive(rig, "/in/1");
    rig.now += HOUR;
    await arrive(rig, "/in/2");
    assert.deepEqual(takeSent(rig), []);
    rig.now += MINUTE;
    await arrive(rig, "/in/3");
    assert.deepEqual(filesOf(takeOne(rig).meta), ["/in/2", "/in/3"]);
  });

  it("that is missing where the template asks for it raises one alert a phase, and with refuse makes no task", async (t) => {
    const flow = phase("a", { files: "/in/*", template }) + phase("b", { files: "/in/*", template: "{meta:file}" });
    const rig = await rigWith(t, flow);
    await come(rig);
    await come(rig);
    assert.deepEqual(
      takeSent(rig).map((task) => task.info),
      [template, "/in/x.csv", template, "/in/x.csv"],
    );
    assert.deepEqual(
      alerts(rig).map(({ type, task_type, count }) => [type, task_type, count]),
      [["template_open", "a", 2]],
    );
    Object.assign(rig.context, { openTokens: "refuse" });
    await come(rig);
    assert.deepEqual(
      takeSent(rig).map((task) => task.info),
      ["/in/x.csv"],
    );
    assert.equal(dataOf(rig, "template_open")["refused"], true);
    assert.equal(alerts(rig)[0]?.count, 3);
    await come(rig, { path: "/in/2026-01-02.csv" });
    assert.equal(takeSent(rig)[0]?.info, "?day=2026-01-02T00");
  });

  it("raises no alert with no_alert", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*", template, no_alert: true }));
    await come(rig);
    assert.deepEqual([alerts(rig), codes(rig, "file_matched")], [[], ["template_open", "alert_suppressed"]]);
  });
});
