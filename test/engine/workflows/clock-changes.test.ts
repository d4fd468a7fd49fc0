import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { parseAskedTime, type AskedTime } from "../../../src/contract/time/asked-time.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { queryWhyNot } from "../../../src/engine/query-why-not.ts";
import { alerts, fireAt, phase, rigWith, schedule, takeOne } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const template = "?t={yyyy}-{mm}-{dd}T{hh}:{min}";

type Keys = Readonly<Record<string, string>>;

/** What a schedule makes in so many hours from a moment on; with a restart after each of them when `restarts`. */
async function made(t: TestContext, keys: Keys, from: string, hours: number, restarts = false): Promise<string[]> {
  const rig = await rigWith(t, phase("a", { template, catchup: "all", ...keys }));
  rig.now = Date.parse(from);
  let scheduler = await schedule(rig);
  const infos: string[] = [];
  for (let hour = 0; hour < hours; hour++) {
    for (const { info } of await fireAt(rig, scheduler, rig.now + HOUR)) infos.push(info.slice("?t=".length));
    if (!restarts) continue;
    await rig.reopen();
    scheduler = await schedule(rig);
  }
  return infos;
}

function asked(text: string): AskedTime {
  const time = parseAskedTime(text);
  assert.ok(time !== null);
  return time;
}

/** The info of the task that a person makes for that time; why-not must find it under the same. */
async function byHand(t: TestContext, keys: Keys, at: string): Promise<string> {
  const rig = await rigWith(t, phase("a", { template, ...keys }));
  const request = { type: "a", job: "", workflow: "", info: null, meta: "", by: "a test" };
  await createTask({ ...request, at: asked(at) }, rig.context);
  const { info } = takeOne(rig);
  const [answer] = await queryWhyNot(
    { type: "a", job: null, workflow: null, taskTime: asked(at) },
    { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" },
  );
  assert.equal(answer?.findings[0]?.code, "ran", `${at}: ${answer?.reason}`);
  return info.slice("?t=".length);
}

async function missing(rig: Rig, from: string, hours: number): Promise<string[]> {
  rig.now = Date.parse(from);
  const scheduler = await schedule(rig);
  for (let hour = 0; hour < hours; hour++) await fireAt(rig, scheduler, rig.now + HOUR);
  return rig.stored
    .decisions("file_missing")
    .map(({ task_time: time }) => new Date(Number(time)).toISOString().slice(0, 16));
}

describe("a schedule over a clock change", () => {
  for (const restarts of [false, true]) {
    it(`fires each hour once${restarts ? ", restarted in between" : ""}`, async (t) => {
      const hourly = { cron: "0 * * * *", timezone: "Europe/Berlin" };
      assert.deepEqual(await made(t, hourly, "2026-10-24T22:30:00Z", 4, restarts), [
        "2026-10-25T01:00",
        "2026-10-25T02:00",
        "2026-10-25T02:00",
        "2026-10-25T03:00",
      ]);
      assert.deepEqual(await made(t, hourly, "2026-03-28T23:30:00Z", 3, restarts), [
        "2026-03-29T01:00",
        "2026-03-29T03:00",
        "2026-03-29T04:00",
      ]);
    });
  }

  it("loses no day where clocks change by half an hour", async (t) => {
    const howe = { timezone: "Australia/Lord_Howe" };
    for (const [from, day] of [
      ["2026-04-04T12:50:00Z", "2026-04-05"],
      ["2026-10-03T12:50:00Z", "2026-10-04"],
    ] as const) {
      for (const hour of ["03", "06", "13", "23"])
        assert.deepEqual(await made(t, { ...howe, cron: `0 ${hour} * * *` }, from, 24), [`${day}T${hour}:00`], day);
    }
  });

  it("keeps its zone where only that changes, and begins at the load", async (t) => {
    const flow = (timezone: string): string => phase("a", { template, cron: "0 5 * * *", timezone, catchup: "all" });
    const rig = await rigWith(t, flow("Europe/Berlin"));
    rig.now = Date.parse("2026-07-01T02:00:00Z");
    await schedule(rig);
    rig.now = Date.parse("2026-07-01T20:30:00Z");
    await rig.write("flow.toml", flow("Asia/Tokyo"));
    await rig.reload();
    const scheduler = await schedule(rig);
    assert.deepEqual(await fireAt(rig, scheduler, rig.now), [], "5:00 in Tokyo was before it was asked for");
    const [next] = await fireAt(rig, scheduler, Date.parse("2026-07-02T20:00:00Z"));
    assert.equal(next?.info, "?t=2026-07-03T05:00");
    assert.deepEqual(alerts(rig), []);
  });
});

describe("a time by hand around a clock change", () => {
  const berlin = { timezone: "Europe/Berlin", cron: "30 2 * * *" };

  it("is the tick of the day also where the clocks show that twice", async (t) => {
    assert.equal(await byHand(t, berlin, "2026-10-25"), "2026-10-25T02:30");
    assert.equal(await byHand(t, berlin, "2026-10-25T02:30:00+01:00"), "2026-10-25T02:30");
  });

  it("that the clocks skip is the same for trigger and why-not", async (t) => {
    assert.equal(await byHand(t, berlin, "2026-03-29T02:30"), "2026-03-29T03:30");
    assert.equal(await byHand(t, { timezone: "America/Havana", cron: "0 0 * * *" }, "2026-03-08"), "2026-03-08T01:00");
    assert.equal(await byHand(t, { timezone: "Pacific/Apia", cron: "0 5 * * *" }, "2011-12-30"), "2011-12-31T00:00");
  });

  it("is a day of the zone, with months and half hours too", async (t) => {
    const kolkata = { timezone: "Asia/Kolkata", cron: "0 0 * * *", offset: "-1d" };
    assert.equal(await byHand(t, kolkata, "2026-11-01"), "2026-11-01T00:00");
    assert.equal(await byHand(t, kolkata, "2026-10-31T23:00:00Z"), "2026-11-01T04:30");
    const monthly = { timezone: "Europe/Berlin", cron: "0 6 1 * *", offset: "-1mo" };
    assert.equal(await byHand(t, monthly, "2026-02-01"), "2026-02-01T06:00");
    assert.equal(await byHand(t, { ...monthly, cron: "0 6 31 * *", offset: "1mo" }, "2026-02-28"), "2026-02-28T06:00");
  });
});

describe("expect_by over a clock change", () => {
  it("asks for each day once", async (t) => {
    const keys = { files: "/in/*/*/*/x.csv", template, expect_by: "0 6 * * *", offset: "-1d" };
    const howe = await rigWith(t, phase("a", { ...keys, timezone: "Australia/Lord_Howe" }));
    assert.deepEqual(await missing(howe, "2026-04-03T12:00:00Z", 72), [
      "2026-04-03T06:00",
      "2026-04-04T06:00",
      "2026-04-05T06:00",
    ]);
    const berlin = await rigWith(t, phase("a", { ...keys, timezone: "Europe/Berlin" }));
    assert.deepEqual(await missing(berlin, "2026-10-24T12:00:00Z", 49), ["2026-10-24T06:00", "2026-10-25T06:00"]);
    assert.equal(alerts(berlin).length, 2);
  });
});
