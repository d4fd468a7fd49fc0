import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AlertResolver } from "../../src/engine/alerts/resolve-alerts.ts";
import { DAY, HOUR } from "../../src/contract/time/time-units.ts";
import { handleFiles } from "../../src/engine/handle-file.ts";
import { alerts, arrive, codes, dataOf, fireAt, phase, rigWith, schedule, takeOne, takeSent } from "./rig/drive.ts";

const DAILY = "/in/2026/11/24/";

describe("a file event", () => {
  it("creates a task for each phase that it matches, with the file in its meta and the time of its path", async (t) => {
    const flow =
      phase("a", { files: "/in/*/*/*/*.csv", template: "{meta:file}?d={yyyy}-{mm}-{dd}" }) +
      phase("b:j", { files_glob: "/in/**/*.{csv,json}" }) +
      phase("c", { files: "/out/*" });
    const rig = await rigWith(t, flow);
    await arrive(rig, `${DAILY}x.csv`);
    assert.deepEqual(
      takeSent(rig).map(({ type, info }) => `${type} ${info}`),
      [`a ${DAILY}x.csv?d=2026-11-24`, "b "],
    );
    assert.partialDeepStrictEqual(rig.stored.tasks()[0], {
      origin: "file",
      task_time: Date.UTC(2026, 10, 24),
      workflow: "flow.toml",
    });
    assert.deepEqual(
      rig.stored.fileMatches().map((match) => match.record_id),
      [1, 2],
    );
  });

  it("counts each time, unless the bus redelivers it", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*" }));
    await arrive(rig, "/in/x", "/in/x");
    await arrive(rig, { path: "/in/x", id: "m-1" }, { path: "/in/x", id: "m-1" });
    await rig.reopen();
    await arrive(rig, { path: "/in/x", id: "m-1" });
    rig.sent.length = 0;
    assert.equal(rig.stored.tasks().length, 3);
    assert.deepEqual(codes(rig, "file_matched"), ["file_repeated", "file_repeated"]);
  });

  it("that is invalid is a dead letter, and the others of its group are handled", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*" }));
    await handleFiles(
      ["null", "{", '{"path":"/in/x"}', "{}", '{"size":"large"}'].map((payload) => ({
        topic: "files",
        payload,
        id: null,
      })),
      rig.context,
    );
    assert.equal(takeSent(rig).length, 1);
    const deadLetters = await rig.store.reads.deadLetters({ limit: 9, before: null, includeRedriven: false });
    assert.deepEqual(
      deadLetters.map(({ topic, code }) => `${topic} ${code}`),
      ["files bad_json", "files not_an_object", "files no_path", "files no_path"],
    );
    assert.deepEqual(codes(rig, "file_matched"), ["file_unmatched", "file_unmatched"]);
  });

  it("of a storage notification matches by bucket and name", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "gs://in/*.csv" }));
    const payload = JSON.stringify({
      kind: "storage#object",
      id: "in/x.csv/1",
      name: "x.csv",
      bucket: "in",
      size: "7",
    });
    await handleFiles([{ topic: "files", payload, id: "1" }], rig.context);
    assert.match(takeOne(rig).meta, /file=gs:\/\/in\/x\.csv/);
  });
});

describe("a storage notification that comes in two messages", () => {
  const google = { id: "in/x/1", name: "x", bucket: "in", size: "7" };
  const s3 = (more: object): object => ({
    Records: [
      { eventName: "ObjectCreated:Put", s3: { bucket: { name: "in" }, object: { key: "x", eTag: "e", ...more } } },
    ],
  });
  for (const [what, first, second] of [
    ["GCS", { ...google, generation: "1" }, { ...google, generation: "2" }],
    ["S3 with versions", s3({ versionId: "v1" }), s3({ versionId: "v2" })],
    ["S3 and MinIO without", s3({ sequencer: "17A" }), s3({ sequencer: "17B" })],
  ] as const) {
    it(`is one event, and new content another: ${what}`, async (t) => {
      const rig = await rigWith(t, phase("a", { files_glob: "{gs,s3}://in/*" }));
      const come = (id: string | null, notice: object) =>
        handleFiles([{ topic: "files", payload: JSON.stringify(notice), id }], rig.context);
      await come("1", first);
      await come("2", first);
      await come(null, first);
      assert.equal(takeSent(rig).length, 1);
      assert.partialDeepStrictEqual(rig.stored.files(), [{ deliveries: 3 }]);
      await come("3", second);
      assert.equal(takeSent(rig).length, 1);
    });
  }
});

describe("a time of a storage notification that is none", () => {
  for (const bad of ["10000-01-01T00:00:00Z", "+012345-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "soon"]) {
    it(`loses only itself: ${bad}`, async (t) => {
      const rig = await rigWith(t, phase("a", { files: "gs://in/*" }));
      const notice = { id: "in/a/1", name: "a", bucket: "in", size: "7", updated: "2026-11-24T10:00:00Z" };
      const payload = JSON.stringify({ ...notice, timeCreated: bad });
      await handleFiles([{ topic: "files", payload, id: "1" }], rig.context);
      assert.match(takeOne(rig).meta, /file=gs:\/\/in\/a/);
      assert.partialDeepStrictEqual(rig.stored.files(), [{ path: "gs://in/a", size: 7, tasks: 1 }]);
      assert.deepEqual(codes(rig), ["file_matched"]);
    });
  }
});

describe("gather", () => {
  const gather = { files: "/in/*/*/*/*", gather: 3 };

  it("waits for that many different files of one task time, then creates one task that names them", async (t) => {
    const rig = await rigWith(t, phase("a", gather));
    await arrive(rig, `${DAILY}1`, `${DAILY}2`, "/in/2026/11/25/1");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(dataOf(rig, "file_gathering"), { path: "/in/2026/11/25/1", have: 1, want: 3 });
    await rig.reopen();
    await arrive(rig, `${DAILY}3`);
    const { meta } = takeOne(rig);
    assert.deepEqual(
      [...meta.matchAll(/file=([^&]*)/g)].map((match) => match[1]),
      [`${DAILY}1`, `${DAILY}2`, `${DAILY}3`],
    );
    assert.equal(rig.stored.fileMatches().filter((match) => match.record_id !== null).length, 3);
  });

  it("counts a file that arrives again once, and a redelivery not at all", async (t) => {
    const rig = await rigWith(t, phase("a", gather));
    await arrive(rig, { path: `${DAILY}1`, id: "1" }, { path: `${DAILY}1`, id: "1" }, `${DAILY}1`, `${DAILY}2`);
    assert.deepEqual(takeSent(rig), []);
    assert.equal(dataOf(rig, "file_gathering")["have"], 2);
    await arrive(rig, `${DAILY}3`);
    assert.equal(takeSent(rig).length, 1);
    assert.ok(rig.stored.fileMatches().every((match) => match.record_id !== null));
  });

  it("begins anew with the next file", async (t) => {
    const rig = await rigWith(t, phase("a", gather));
    await arrive(rig, ...["1", "2", "3", "1"].map((one) => `${DAILY}${one}`));
    assert.equal(takeSent(rig).length, 1);
    assert.equal(dataOf(rig, "file_gathering")["have"], 1);
  });

  it("gathers files without a time together", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*", gather: 2 }));
    await arrive(rig, "/in/x", "/in/y");
    assert.equal(takeSent(rig).length, 1);
  });

  it("of one equals none", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*", gather: 1 }));
    await arrive(rig, "/in/x", "/in/x");
    assert.equal(takeSent(rig).length, 2);
  });
});

describe("expect_by", () => {
  const expect = { files: "/in/*/*/*/*", expect_by: "0 9 * * *" };
  const NINE = Date.UTC(2026, 10, 25, 9);

  it("alerts once that no file of its time has arrived", async (t) => {
    const rig = await rigWith(t, phase("a", { ...expect, severity: "critical" }));
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, NINE);
    await fireAt(rig, scheduler, NINE + HOUR);
    await rig.reopen();
    await fireAt(rig, await schedule(rig), NINE + HOUR);
    assert.deepEqual(
      alerts(rig).map(({ type, severity, message }) => [type, severity, message]),
      [["file_missing", "critical", "no file /in/*/*/*/* came in time: 0 of 1"]],
    );
    assert.deepEqual(dataOf(rig, "file_missing"), { pattern: "/in/*/*/*/*", have: 0, want: 1, expect_by: "0 9 * * *" });
  });

  it("accepts a file of its day, whenever it arrived", async (t) => {
    const rig = await rigWith(t, phase("a", expect));
    await arrive(rig, "/in/2026/11/25/x");
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, NINE);
    assert.deepEqual(alerts(rig), []);
    await fireAt(rig, scheduler, NINE + DAY);
    assert.equal(alerts(rig).length, 1);
  });

  it("expects the day that offset names", async (t) => {
    const rig = await rigWith(t, phase("a", { ...expect, offset: "-24h" }));
    await arrive(rig, "/in/2026/11/25/x");
    const scheduler = await schedule(rig);
    await fireAt(rig, scheduler, NINE);
    assert.equal(alerts(rig).length, 1);
    await fireAt(rig, scheduler, NINE + DAY);
    assert.equal(alerts(rig).length, 1);
  });

  it("asks for the day that the phase's own clock shows, and is answered by the file that comes late", async (t) => {
    const keys = { files: "/in/*/*/*/*", timezone: "Asia/Tokyo", expect_by: "0 6 * * *" };
    const rig = await rigWith(t, phase("came", keys) + phase("missing", { ...keys, files: "/no/*/*/*/*" }));
    const scheduler = await schedule(rig);
    // Six o'clock on the 25th in Tokyo is still the 24th in UTC.
    await arrive(rig, "/in/2026/11/25/x", "/no/2026/11/24/x");
    await fireAt(rig, scheduler, Date.UTC(2026, 10, 24, 21));
    assert.deepEqual(
      alerts(rig).map(({ task_type, task_time }) => [task_type, task_time]),
      [["missing", Date.UTC(2026, 10, 25, 6)]],
    );
    await new AlertResolver(rig.context).run();
    assert.equal(alerts(rig)[0]?.state, "open");
    await arrive(rig, "/no/2026/11/25/x");
    await new AlertResolver(rig.context).run();
    assert.equal(alerts(rig)[0]?.state, "resolved");
  });

  it("expects none any more for a phase that was removed, or asks for none: the alert ends with a note", async (t) => {
    const rig = await rigWith(t, phase("gone", expect) + phase("asks", expect) + phase("no_more", expect));
    await fireAt(rig, await schedule(rig), NINE);
    const states = (): string[] =>
      alerts(rig)
        .map(({ task_type, state }) => `${task_type} ${state}`)
        .toSorted();
    await new AlertResolver(rig.context).run();
    assert.deepEqual(states(), ["asks open", "gone open", "no_more open"]);
    await rig.write("flow.toml", phase("asks", expect) + phase("no_more", { files: expect.files }));
    await rig.reload();
    await new AlertResolver(rig.context).run();
    assert.deepEqual(states(), ["asks open", "gone resolved", "no_more resolved"]);
    const notes = rig.stored.alertChanges().map(({ note }) => note);
    assert.deepEqual(notes.toSorted(), [
      "its phase has no `expect_by` any more",
      "its phase was removed, so no file is expected any more",
    ]);
  });

  it("accepts files since the previous tick, over a weekend too", async (t) => {
    const rig = await rigWith(t, phase("a", { ...expect, expect_by: "0 9 * * MON-FRI" }));
    const scheduler = await schedule(rig);
    const monday = Date.UTC(2026, 10, 30, 9);
    await arrive(rig, "/in/2026/11/25/x", "/in/2026/11/26/x", "/in/2026/11/27/x", "/in/2026/11/28/x");
    for (let day = NINE; day <= monday; day += DAY) await fireAt(rig, scheduler, day);
    assert.deepEqual(alerts(rig), []);
    await fireAt(rig, scheduler, monday + DAY);
    assert.equal(alerts(rig).length, 1);
  });

  it("dates a file without a time by its arrival", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*", expect_by: "0 9 * * *" }));
    const scheduler = await schedule(rig);
    await arrive(rig, "/in/x");
    await fireAt(rig, scheduler, NINE);
    assert.deepEqual(alerts(rig), []);
    await fireAt(rig, scheduler, NINE + DAY);
    assert.equal(alerts(rig).length, 1);
  });

  it("with gather expects that many different files", async (t) => {
    const rig = await rigWith(t, phase("a", { ...expect, gather: 2 }));
    const scheduler = await schedule(rig);
    await arrive(rig, "/in/2026/11/25/x", "/in/2026/11/25/x", "/in/2026/11/26/x", "/in/2026/11/26/y");
    await fireAt(rig, scheduler, NINE);
    assert.match(alerts(rig)[0]?.message ?? "", /1 of 2/);
    await fireAt(rig, scheduler, NINE + DAY);
    assert.equal(alerts(rig).length, 1);
  });

  it("that passed while Flowlord was down checks once, for the last of its times", async (t) => {
    const rig = await rigWith(t, phase("a", expect));
    await schedule(rig);
    await rig.reopen();
    await fireAt(rig, await schedule(rig), NINE + 3 * DAY + HOUR);
    const times = alerts(rig).map((alert) => alert.task_time);
    assert.deepEqual(times, [NINE + 3 * DAY]);
  });

  it("raises no alert with no_alert, and records that", async (t) => {
    const rig = await rigWith(t, phase("a", { ...expect, no_alert: true }));
    await fireAt(rig, await schedule(rig), NINE);
    assert.deepEqual([alerts(rig), codes(rig)], [[], ["file_missing", "alert_suppressed"]]);
  });
});
