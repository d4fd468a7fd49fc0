import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { why } from "../../../src/core/why/why.ts";
import { explain } from "../../../src/core/why/explain.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { endPauses } from "../../../src/engine/steering/pauses.ts";
import {
  alerts,
  arrive,
  codes,
  dataOf,
  fireAt,
  phase,
  records,
  report,
  rigWith,
  rootTask,
  schedule,
  takeSent,
} from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";
import { WAYS_IN, HOURLY, A, ALL, ANN, control, settle, turn } from "./pause-control.ts";

/** A phase that is paused, and keeps a file and a finished parent. */
async function kept(t: TestContext, flow = phase("a", WAYS_IN), until: number | null = null): Promise<Rig> {
  const rig = await rigWith(t, flow);
  await control(rig).pause({ ...A, until: until === null ? null : rig.now + until, ...ANN });
  await arrive(rig, "/in/1.csv");
  await report(rig, rootTask(rig), "complete");
  assert.deepEqual(takeSent(rig), []);
  return rig;
}

async function standing(rig: Rig, record: number): Promise<string> {
  const [facts] = await rig.store.reads.lineage.why(String(record));
  assert.ok(facts !== undefined);
  return why(facts, rig.now, rig.context.runtime.zone).standing[0]?.sentence ?? "";
}

describe("a pause", () => {
  it("keeps what files and parents ask for until the resume, over reloads and restarts", async (t) => {
    const rig = await kept(t);
    rig.now += HOUR;
    await rig.write("flow.toml", `${phase("a", WAYS_IN)}# touched\n`);
    await settle(rig);
    await rig.reopen();
    await turn(rig);
    assert.deepEqual(takeSent(rig), []);
    assert.equal(
      await standing(rig, 1),
      "not sent yet: its phase `a` is paused since 2026-11-24 12:00:00Z (1h 00m) by ann (new disk); it goes on with `flowlord resume`",
    );
    assert.deepEqual(await control(rig).resume({ ...A, drop: false, by: "bob", reason: "moved" }), {
      resumed: [{ phase_id: 1, task: "a", workflow: "flow.toml" }],
      dropped: 0,
      still_paused: [],
    });
    assert.deepEqual(
      takeSent(rig).map(({ type }) => type),
      ["a", "a"],
    );
    assert.partialDeepStrictEqual(dataOf(rig, "phase_paused"), ANN);
    assert.partialDeepStrictEqual(dataOf(rig, "phase_resumed"), { by: "bob", reason: "moved" });
    const released = rig.stored.decisions("released");
    assert.equal(released.length, 2);
    for (const { data } of released) assert.deepEqual(data, { resumed_at: rig.now, by: "bob", reason: "moved" });
  });

  it("names who resumed all phases, and of a pause that ended by itself nobody", async (t) => {
    const rig = await kept(t);
    await control(rig).pause({ ...ALL, until: null, ...ANN });
    await control(rig).resume({ ...A, drop: false, by: "bob", reason: "" });
    assert.deepEqual(takeSent(rig), [], "all phases are paused still");
    rig.now += MINUTE;
    await control(rig).resume({ ...ALL, drop: false, by: "ann", reason: "moved" });
    assert.equal(takeSent(rig).length, 2);
    assert.deepEqual(dataOf(rig, "released"), { resumed_at: rig.now, by: "ann", reason: "moved" });
    await control(rig).pause({ ...A, until: rig.now + HOUR, ...ANN });
    rig.now += MINUTE;
    await arrive(rig, "/in/later.csv");
    rig.now += HOUR;
    await turn(rig);
    assert.deepEqual(dataOf(rig, "released"), { resumed_at: rig.now });
  });

  it("drops at its resume what it kept, and nothing that waited before it or was asked for by hand", async (t) => {
    const rig = await rigWith(t, phase("a", { ...WAYS_IN, max_active: 1 }));
    await arrive(rig, "/in/0.csv", "/in/before.csv");
    takeSent(rig);
    rig.now += MINUTE;
    await control(rig).pause({ ...A, until: null, ...ANN });
    for (let file = 1; file <= 150; file++) await arrive(rig, `/in/${file}.csv`);
    const byHand = { type: "a", job: "", at: null, workflow: "", info: "?by=hand", meta: "", by: "ann" };
    await createTask(byHand, rig.context);
    const { dropped } = await control(rig).resume({ ...A, drop: true, by: "ann", reason: "" });
    assert.equal(dropped, 150);
    const states = rig.stored.tasks().map(({ state }) => state);
    assert.deepEqual([...states.slice(0, 2), states.at(-1)], ["queued", "waiting", "waiting"]);
    assert.deepEqual(new Set(states.slice(2, -1)), new Set(["cancelled"]));
    assert.equal(rig.stored.decisions("pause_dropped").length, 150);
    assert.equal(dataOf(rig, "phase_resumed")["dropped"], 150);
  });

  it("keeps a retry at its resume also when it drops what files and parents asked for", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 2 }));
    const root = { type: "root", job: null, workflow: null };
    await control(rig).pause({ ...root, until: null, ...ANN });
    await report(rig, rootTask(rig), "error");
    assert.equal((await control(rig).resume({ ...root, drop: true, by: "ann", reason: "" })).dropped, 0);
    assert.ok(rig.stored.tasks().every(({ state }) => state !== "cancelled"));
  });

  it("of all drops at its resume what files and parents asked for, of every phase", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv" }) + phase("b", { dependsOn: "root" }));
    await control(rig).pause({ ...ALL, until: null, ...ANN });
    await arrive(rig, "/in/1.csv");
    await report(rig, rootTask(rig), "complete");
    assert.equal((await control(rig).resume({ ...ALL, drop: true, by: "ann", reason: "" })).dropped, 2);
    assert.deepEqual(
      rig.stored
        .tasks()
        .filter(({ state }) => state === "cancelled")
        .map(({ type }) => type)
        .toSorted(),
      ["a", "b"],
    );
    assert.equal(rig.stored.decisions("pause_dropped").length, 2);
  });

  it("ends by itself at its time, also in a downtime", async (t) => {
    const rig = await kept(t, phase("a", WAYS_IN), HOUR);
    assert.match(await standing(rig, 1), /it goes on at 2026-11-24 13:00:00Z, or with/);
    assert.deepEqual(await endPauses(rig.context), { ended: false, nextAt: rig.now + HOUR });
    rig.now += HOUR - 1;
    await rig.reopen();
    await turn(rig);
    assert.deepEqual(takeSent(rig), []);
    rig.now += 1;
    await rig.reopen();
    await turn(rig);
    assert.equal(takeSent(rig).length, 2);
    assert.equal(dataOf(rig, "phase_resumed")["until"], rig.now);
    assert.deepEqual(await endPauses(rig.context), { ended: false, nextAt: null });
  });

  it("that is begun once more keeps its beginning and gets the new end", async (t) => {
    const rig = await kept(t, phase("a", WAYS_IN), HOUR);
    const since = rig.now;
    rig.now += MINUTE;
    await control(rig).pause({ ...A, until: null, by: "bob", reason: "two disks" });
    const [pause, ...more] = await rig.store.pauses.inForce();
    assert.deepEqual(more, []);
    assert.partialDeepStrictEqual(pause, { since, until: null, by: "bob", reason: "two disks" });
    rig.now += HOUR;
    await turn(rig);
    assert.deepEqual(takeSent(rig), []);
  });

  it("of a phase that leaves its file ends after a minute, and what it kept is cancelled", async (t) => {
    const rig = await kept(t);
    await rig.write("flow.toml", phase("b"));
    await settle(rig);
    rig.now += MINUTE / 2;
    await turn(rig);
    assert.deepEqual(records(rig).slice(0, 1), ["a waiting - 0"]);
    rig.now += MINUTE;
    await turn(rig);
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(records(rig), ["a cancelled - 0", "root finished complete 0", "a cancelled - 0"]);
    assert.deepEqual(await rig.store.pauses.inForce(), []);
    await rig.write("flow.toml", phase("a", WAYS_IN));
    await settle(rig);
    await arrive(rig, "/in/2.csv");
    assert.equal(takeSent(rig).length, 1, "it came back, and is not paused");
  });

  it("of a phase whose file is swapped within a minute stays", async (t) => {
    const rig = await kept(t);
    await rig.write("flow.toml", phase("b"));
    await settle(rig);
    rig.now += MINUTE / 2;
    await turn(rig);
    await rig.write("flow.toml", phase("a", WAYS_IN));
    await settle(rig);
    rig.now += HOUR;
    await turn(rig);
    assert.deepEqual(takeSent(rig), []);
    await control(rig).resume({ ...A, drop: false, by: "ann", reason: "" });
    assert.equal(takeSent(rig).length, 2);
  });

  it("does not hold what a person starts", async (t) => {
    const rig = await kept(t);
    await createTask({ type: "a", job: "", at: null, workflow: "", info: "?x=1", meta: "", by: "ann" }, rig.context);
    assert.equal(takeSent(rig).length, 1);
  });

  it("holds the next attempt of a task that failed", async (t) => {
    const rig = await rigWith(t, phase("root", { retry: 2 }));
    const root = { type: "root", job: null, workflow: null };
    await control(rig).pause({ ...root, until: null, ...ANN });
    await report(rig, rootTask(rig), "error", { msg: "boom" });
    rig.now += HOUR;
    await rig.sweep();
    await turn(rig);
    assert.deepEqual(takeSent(rig), []);
    const row = rig.stored.decisions("retry_scheduled")[0];
    assert.match(explain({ ...(row ?? assert.fail()), phase: null, task_time: null }, "UTC"), /waits for the resume/);
    await control(rig).resume({ ...root, drop: false, by: "ann", reason: "" });
    assert.deepEqual(
      takeSent(rig).map(({ meta }) => new URLSearchParams(meta).get("retry")),
      ["1"],
    );
  });
});

describe("a retry whose delay ends in a pause", () => {
  const root = { type: "root", job: null, workflow: null };
  for (const how of ["by a person", "of all", "by its file"]) {
    it(`${how} waits for the resume`, async (t) => {
      const keys = { retry: 2, retry_delay: "10m" };
      const rig = await rigWith(t, phase("root", keys) + phase("other", keys));
      await report(rig, rootTask(rig), "error", { msg: "boom" });
      await report(rig, rootTask(rig, { type: "other", id: "run-2" }), "error", { msg: "boom" });
      const scope = how === "of all" ? ALL : root;
      if (how === "by its file") {
        await rig.write("flow.toml", phase("root", { ...keys, paused: true }) + phase("other", keys));
        await settle(rig);
      } else await control(rig).pause({ ...scope, until: null, ...ANN });
      rig.now += HOUR;
      await rig.sweep();
      assert.deepEqual(
        takeSent(rig).map(({ type }) => type),
        how === "of all" ? [] : ["other"],
      );
      assert.match(await standing(rig, 2), /is paused since/);
      await rig.reopen();
      await turn(rig);
      assert.deepEqual(takeSent(rig), []);
      if (how === "by its file") {
        await rig.write("flow.toml", phase("root", keys) + phase("other", keys));
        await settle(rig);
      } else await control(rig).resume({ ...scope, drop: false, by: "ann", reason: "" });
      assert.equal(takeSent(rig).length, how === "of all" ? 2 : 1);
    });
  }
});

describe("the ticks that a pause passes over", () => {
  for (const [catchup, times] of [
    ["none", []],
    ["last", ["15:00:00Z"]],
    ["all", ["13:00:00Z", "14:00:00Z", "15:00:00Z"]],
  ] as const) {
    for (const how of ["by a person", "by its file", "and a restart before the resume"]) {
      it(`${how}: catchup = ${catchup} decides at the end, and nothing was missed`, async (t) => {
        const keys = { ...HOURLY, catchup, catchup_window: "24h" };
        const inFile = how === "by its file";
        const rig = await rigWith(t, phase("a", { ...keys, paused: inFile }));
        let scheduler = await schedule(rig);
        if (!inFile) await control(rig, scheduler).pause({ ...A, until: null, ...ANN });
        assert.deepEqual(await fireAt(rig, scheduler, rig.now + 3 * HOUR), []);
        rig.now += 20 * 1000;
        if (how.includes("restart")) {
          await rig.reopen();
          scheduler = await schedule(rig);
          assert.deepEqual(await fireAt(rig, scheduler, rig.now), []);
        }
        if (inFile) {
          await rig.write("flow.toml", phase("a", keys));
          await settle(rig, scheduler);
        } else await control(rig, scheduler).resume({ ...A, drop: false, by: "ann", reason: "" });
        await fireAt(rig, scheduler, rig.now + 10);
        const fired = rig.stored.decisions("tick_late").map((row) => new Date(Number(row.data["scheduled_at"])));
        assert.deepEqual(
          fired.map((at) => at.toISOString().replace(".000", "").slice(11)),
          times,
        );
        for (const { data } of rig.stored.decisions("tick_late"))
          assert.match(
            explain({ code: "tick_late", phase: null, task_time: null, data }, "UTC"),
            /while it was paused/,
          );
        assert.deepEqual([codes(rig).includes("tick_missed"), alerts(rig)], [false, []]);
        assert.equal((await fireAt(rig, scheduler, rig.now + HOUR)).length, 1, "and goes on");
      });
    }
  }
});

describe("a pause of all phases", () => {
  it("holds each phase, also one that comes later, and each goes on at the end", async (t) => {
    const rig = await rigWith(t, phase("a", WAYS_IN));
    const scheduler = await schedule(rig);
    await control(rig, scheduler).pause({ ...ALL, until: null, ...ANN });
    await rig.write("flow.toml", phase("a", WAYS_IN) + phase("b", { files: "/in/*" }));
    await settle(rig, scheduler);
    await arrive(rig, "/in/1.csv");
    await turn(rig, scheduler);
    assert.deepEqual(takeSent(rig), []);
    assert.match(await standing(rig, 2), /^not sent yet: everything is paused .* with `flowlord resume --all`$/);
    const refused = control(rig).resume({ ...A, drop: false, by: "ann", reason: "" });
    await assert.rejects(refused, { code: "not_paused", message: /paused with all phases: flowlord resume --all$/ });
    await control(rig, scheduler).resume({ ...ALL, drop: false, by: "ann", reason: "" });
    assert.equal(takeSent(rig).length, 2);
  });

  it("holds what waits of a phase that left, until its end", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/in/*.csv" }));
    await control(rig).pause({ ...ALL, until: null, ...ANN });
    await arrive(rig, "/in/1.csv");
    await rig.write("flow.toml", phase("b"));
    await settle(rig);
    rig.now += HOUR;
    await turn(rig);
    assert.deepEqual(records(rig), ["a waiting - 0"]);
    await control(rig).resume({ ...ALL, drop: false, by: "ann", reason: "" });
    assert.equal(takeSent(rig).length, 1);
  });

  it("leaves a phase paused that is so by itself, and says so", async (t) => {
    const rig = await kept(t);
    rig.now += MINUTE;
    await control(rig).pause({ ...ALL, until: null, ...ANN });
    const { still_paused: still } = await control(rig).resume({ ...A, drop: false, by: "ann", reason: "" });
    assert.match(still[0]?.because ?? "", /resume --all/);
    assert.deepEqual(takeSent(rig), []);
    await control(rig).resume({ ...ALL, drop: true, by: "ann", reason: "" });
    assert.equal(takeSent(rig).length, 2);
    assert.equal(rig.stored.decisions("pause_dropped").length, 0, "they came before it");
  });
});

describe("what cannot be paused or resumed", () => {
  it("is refused with what to do", async (t) => {
    const flow = phase("a", WAYS_IN) + phase("c:x") + phase("c:y");
    const rig = await rigWith(t, "", {
      workflows: { "1.toml": flow, "2.toml": phase("a") + phase("p", { paused: true }) },
    });
    const pauses = control(rig);
    const pause = (scope: object, until: number | null = null) => pauses.pause({ ...A, ...scope, until, ...ANN });
    const resume = (scope: object) => pauses.resume({ ...A, ...scope, drop: false, by: "ann", reason: "" });
    await assert.rejects(pause({}), { code: "ambiguous_phase", message: /a of 1\.toml.*a of 2\.toml.*workflow/ });
    await assert.rejects(pause({ type: "c" }), { code: "ambiguous_phase", message: /c:x of 1\.toml/ });
    await assert.rejects(pause({ type: "aa" }), { code: "unknown_phase", message: /no phase `aa`/ });
    await assert.rejects(pause({ workflow: "1.toml" }, rig.now), { code: "past_time" });
    await assert.rejects(resume({ workflow: "1.toml" }), { code: "not_paused", message: /a of 1\.toml is not paused/ });
    await assert.rejects(resume({ type: "p" }), {
      code: "not_paused",
      message: /take `paused` out of the phase in line/,
    });
    await assert.rejects(resume({ type: null }), { code: "not_paused" });
    assert.deepEqual(await pause({ workflow: "2.toml" }), [{ phase_id: 4, task: "a", workflow: "2.toml" }]);
    await arrive(rig, "/in/1.csv");
    assert.equal(takeSent(rig).length, 1, "the phase of the same name in the other file goes on");
  });
});
