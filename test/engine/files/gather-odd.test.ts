import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { parseMeta } from "../../../src/core/task/meta.ts";
import { finishFiles, GatherError, GatherTimeouts } from "../../../src/engine/files/finish-gathered.ts";
import { handleFiles } from "../../../src/engine/handle-file.ts";
import {
  alerts,
  arrive,
  codes,
  dataOf,
  fireAt,
  phase,
  report,
  rigWith,
  schedule,
  takeOne,
  takeSent,
} from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { finishRequest } from "./finish-request.ts";

const MERGE = { files: "/in/*", gather: 2 };

/** An event as a watcher sends it. */
async function seen(rig: Rig, path: string, created: string, topic = "files", size = 5): Promise<void> {
  const payload = JSON.stringify({ path, size, created });
  await handleFiles([{ topic, payload, id: `${topic} ${path} ${created} ${size}` }], rig.context);
}

function files(rig: Rig): (readonly string[])[] {
  return takeSent(rig).map(({ meta }) => parseMeta(meta).get("file") ?? []);
}

describe("a file of a gathered task", () => {
  it("that another watcher saw too begins no group of its own; new content does", async (t) => {
    const rig = await rigWith(t, phase("merge", MERGE));
    const morning = "2026-11-24T08:00:00Z";
    for (const path of ["/in/a", "/in/b"])
      for (const topic of ["files", "uploads"]) await seen(rig, path, morning, topic);
    assert.deepEqual(files(rig), [["/in/a", "/in/b"]]);
    assert.deepEqual(dataOf(rig, "file_repeated"), { path: "/in/b", earlier: 1 });
    await rig.reopen();
    await seen(rig, "/in/a", morning, "third");
    assert.equal(codes(rig).at(-1), "file_repeated");
    const evening = "2026-11-24T20:00:00Z";
    for (const path of ["/in/a", "/in/b"]) await seen(rig, path, evening);
    assert.deepEqual(files(rig), [["/in/a", "/in/b"]], "replaced content makes the next task");
    await seen(rig, "/in/a", evening, "files", 6);
    assert.equal(codes(rig).at(-1), "file_gathering");
    await arrive(rig, "/in/c");
    await arrive(rig, "/in/c", "/in/a");
    assert.deepEqual(
      files(rig),
      [
        ["/in/a", "/in/c"],
        ["/in/c", "/in/a"],
      ],
      "an event that does not say when its file was made is a new one",
    );
  });

  it("in one group of messages counts once too", async (t) => {
    const rig = await rigWith(t, phase("merge", MERGE));
    const events = ["/in/a", "/in/b"].flatMap((path) =>
      ["one", "two"].map((topic) => ({
        topic,
        payload: JSON.stringify({ path, size: 1, created: "2026-11-24T08:00:00Z" }),
        id: `${topic}${path}`,
      })),
    );
    await handleFiles(events, rig.context);
    assert.deepEqual(files(rig), [["/in/a", "/in/b"]]);
    const answer = await finishFiles(finishRequest({ all: true }), rig.context);
    assert.deepEqual(answer, { finished: [], waiting: [] });
  });

  it("that comes in the other of two equal hours belongs to that one, and so do joins", async (t) => {
    const flow =
      phase("merge", { ...MERGE, task_time: "received" }) +
      phase("a", { files: "/a/*", task_time: "received" }) +
      phase("b", { files: "/b/*", task_time: "received" }) +
      phase("both", { dependsOn: "a, b", join: "all" });
    const rig = await rigWith(t, flow, { zone: "Europe/Berlin" });
    rig.now = Date.UTC(2026, 9, 25, 0, 30);
    await arrive(rig, "/in/1", "/a/1");
    const [a] = takeSent(rig);
    rig.now += HOUR;
    await arrive(rig, "/in/2", "/b/1");
    const [b] = takeSent(rig);
    assert.ok(a !== undefined && b !== undefined);
    assert.deepEqual(
      [parseMeta(a.meta).get("cron"), parseMeta(b.meta).get("cron")],
      [["2026-10-25T02"], ["2026-10-25T02"]],
    );
    for (const task of [a, b]) await report(rig, task, "complete");
    assert.deepEqual(takeSent(rig), []);
    const { waiting } = await finishFiles(finishRequest(), rig.context);
    assert.deepEqual(
      waiting.map((one) => one.task_time),
      ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+02:00"],
    );
    await arrive(rig, "/in/3");
    assert.deepEqual(files(rig), [["/in/2", "/in/3"]]);
  });
});

describe("a change of gather while files wait", () => {
  const expire = (rig: Rig): Promise<boolean> => new GatherTimeouts(rig.context).expire();

  it("to what has come makes the task, to less than two a task of each file, and to more waits on", async (t) => {
    const rig = await rigWith(t, phase("merge", { ...MERGE, gather: 5 }));
    const timeouts = new GatherTimeouts(rig.context);
    const reload = async (gather: number): Promise<void> => {
      await rig.write("flow.toml", phase("merge", { ...MERGE, gather }));
      await rig.reload();
      await timeouts.expire();
    };
    await arrive(rig, "/in/1", "/in/2", "/in/3");
    await reload(4);
    assert.deepEqual(files(rig), []);
    await reload(3);
    assert.deepEqual(files(rig), [["/in/1", "/in/2", "/in/3"]]);
    await arrive(rig, "/in/4", "/in/4");
    await reload(6);
    await arrive(rig, "/in/5");
    assert.deepEqual(files(rig), []);
    await reload(1);
    assert.deepEqual(files(rig), [["/in/4"], ["/in/5"]]);
    await timeouts.expire();
    await expire(rig);
    assert.deepEqual(files(rig), []);
  });

  it("is seen at the next start too, and the time-out waits for the resume", async (t) => {
    const keys = { ...MERGE, gather_timeout: "1h" };
    const rig = await rigWith(t, phase("merge", { ...keys, paused: true }) + phase("m", { files: "/m/*", gather: 3 }));
    await arrive(rig, "/in/1", "/m/1", "/m/2");
    rig.now += HOUR;
    await expire(rig);
    assert.deepEqual(files(rig), []);
    await rig.write("flow.toml", phase("merge", keys) + phase("m", { files: "/m/*", gather: 2 }));
    await rig.reopen();
    await expire(rig);
    assert.deepEqual(files(rig), [["/m/1", "/m/2"], ["/in/1"]]);
  });

  it("counts a file that came twice once at the next start too", async (t) => {
    const rig = await rigWith(t, phase("merge", { ...MERGE, gather: 5 }));
    await arrive(rig, "/in/1", "/in/1");
    await rig.write("flow.toml", phase("merge", { ...MERGE, gather: 2 }));
    await rig.reopen();
    await expire(rig);
    assert.deepEqual(files(rig), []);
    await arrive(rig, "/in/2");
    assert.deepEqual(files(rig), [["/in/1", "/in/2"]]);
  });
});

it("overlap = skip holds at the time-out and by hand: the files wait until the earlier task is done", async (t) => {
  const rig = await rigWith(t, phase("merge", { ...MERGE, gather_timeout: "1h", overlap: "skip" }));
  const timeouts = new GatherTimeouts(rig.context);
  await arrive(rig, "/in/1", "/in/2", "/in/3");
  const first = takeOne(rig);
  rig.now += HOUR;
  await timeouts.expire();
  const request = finishRequest();
  await assert.rejects(finishFiles(request, rig.context), (error) => {
    assert.ok(error instanceof GatherError);
    assert.equal(
      error.message,
      "merge of flow.toml has overlap = skip, and 1 of its tasks are unfinished: finish its files when they are done",
    );
    return true;
  });
  assert.deepEqual([files(rig), alerts(rig)], [[], []]);
  await report(rig, first, "complete");
  await timeouts.expire();
  assert.deepEqual(files(rig), [["/in/3"]]);
});

it("files finish says that a name is wrong, or gathers nothing, and which do", async (t) => {
  const rig = await rigWith(t, phase("merge:a", MERGE) + phase("each", { files: "/in/*" }));
  const said = async (input: object): Promise<string> => {
    try {
      await finishFiles(finishRequest(input), rig.context);
    } catch (error) {
      return error instanceof GatherError ? error.message : "another error";
    }
    return "no error";
  };
  assert.equal(await said({ type: "merg" }), "there is no phase merg; name one of: merge:a");
  assert.equal(await said({ type: "each" }), "each does not gather files (`gather`); name one of: merge:a");
  assert.equal(
    await said({ type: "merge", job: "a", workflow: "x.toml" }),
    "there is no phase merge:a of x.toml; name one of: merge:a",
  );
  assert.equal(await said({ type: "merge", job: "a" }), "no error");
});

it("expect_by asks for one complete set: files of different task times are not counted together", async (t) => {
  const keys = { files: "/in/*/*/*/*/*", gather: 2, expect_by: "0 6 * * *" };
  const rig = await rigWith(t, phase("merge", keys));
  const scheduler = await schedule(rig);
  rig.now = Date.UTC(2026, 10, 25, 5);
  await arrive(rig, "/in/2026/11/25/01/a", "/in/2026/11/25/02/a", "/in/2026/11/25/02/a");
  await fireAt(rig, scheduler, Date.UTC(2026, 10, 25, 6) + MINUTE);
  assert.deepEqual(
    alerts(rig).map(({ type, message }) => [type, message]),
    [["file_missing", "no file /in/*/*/*/*/* came in time: 1 of 2"]],
  );
  await arrive(rig, "/in/2026/11/26/02/a", "/in/2026/11/26/02/b");
  await fireAt(rig, scheduler, Date.UTC(2026, 10, 26, 6) + MINUTE);
  assert.equal(alerts(rig)[0]?.count, 1);
});

it("expect_by in the hour that comes twice expects at both what the first one does", async (t) => {
  for (const [expected, file] of [
    ["30 2 * * *", "/in/2026/10/25/00/a"],
    ["*/15 2 * * *", "/in/2026/10/25/02/a"],
  ] as const) {
    const keys = { files: "/in/*/*/*/*/*", timezone: "Europe/Berlin", expect_by: expected };
    const rig = await rigWith(t, phase("merge", keys));
    rig.now = Date.UTC(2026, 9, 24, 20);
    const scheduler = await schedule(rig);
    await arrive(rig, file, "/in/2026/10/25/02/a");
    for (let quarter = 0; quarter < 40; quarter++) await fireAt(rig, scheduler, rig.now + HOUR / 4);
    const missed = rig.stored.decisions("file_missing").map(({ task_time: time }) => new Date(time ?? 0).toISOString());
    const times = ["15", "30", "45"].map((minute) => `2026-10-25T02:${minute}:00.000Z`);
    assert.deepEqual(missed, expected === "30 2 * * *" ? [] : [...times, ...times]);
  }
});
