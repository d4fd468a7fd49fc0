import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseAskedTime, type AskedTime } from "../../src/contract/time/asked-time.ts";
import { HOUR } from "../../src/contract/time/time-units.ts";
import {
  createTask,
  NoTaskError,
  ParamError,
  UnknownPhaseError,
  type TaskRequest,
} from "../../src/engine/create-task.ts";
import { queryWhyNot } from "../../src/engine/query-why-not.ts";
import { codes, dataOf, fireAt, phase, records, report, rigWith, schedule, takeOne, takeSent } from "./rig/drive.ts";

const REQUEST: TaskRequest = { type: "a", job: "", at: null, workflow: "", info: null, meta: "", by: "a test" };
function asked(text: string): AskedTime {
  const time = parseAskedTime(text);
  assert.ok(time !== null);
  return time;
}

const NOON = Date.UTC(2026, 10, 24, 12);

describe("a task created by hand", () => {
  it("equals the task that its phase's schedule would create now, with the offset", async (t) => {
    const rig = await rigWith(t, phase("a:j", { cron: "0 0 * * *", offset: "-3h", template: "?t={TS}" }));
    rig.now = NOON + 5 * 60_000;
    const [created, ...more] = await createTask({ ...REQUEST, job: "j" }, rig.context);
    const sent = takeOne(rig);
    assert.deepEqual(
      [sent.type, sent.job, sent.info, sent.meta, more.length],
      ["a", "j", "?t=20261124T090500", "workflow=flow.toml&cron=2026-11-24T09&job=j", 0],
    );
    assert.deepEqual(created, {
      recordId: 1,
      id: sent.id,
      type: "a",
      job: "j",
      info: sent.info,
      meta: sent.meta,
      held: false,
    });
    const [row] = rig.stored.tasks();
    assert.partialDeepStrictEqual(row, {
      origin: "manual",
      state: "queued",
      scheduled_at: null,
      task_time: NOON - 3 * HOUR,
    });
    assert.deepEqual([codes(rig), dataOf(rig, "created_by_hand")], [["created_by_hand"], { by: "a test" }]);
  });

  it("has the requested time, and is created twice when requested twice", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 0 * * *", offset: "-3h", template: "?t={TS}" }));
    for (const round of [1, 2]) {
      await createTask({ ...REQUEST, at: NOON - 48 * HOUR }, rig.context);
      assert.equal(takeOne(rig).info, "?t=20261122T120000", `${round}`);
    }
    assert.equal(records(rig).length, 2);
  });

  it("has the hour that the phase's own clock shows, and a bare day is its one tick of that day", async (t) => {
    const keys = { cron: "30 5 * * *", timezone: "America/New_York", offset: "-24h", template: "?t={TS}" };
    const rig = await rigWith(t, phase("a", keys) + phase("b", { ...keys, cron: "0 */6 * * *" }));
    const infoAt = async (type: string, at: string): Promise<string> => {
      await createTask({ ...REQUEST, type, at: parseAskedTime(at) }, rig.context);
      return takeOne(rig).info;
    };
    assert.equal(await infoAt("a", "2026-07-01"), "?t=20260701T053000");
    assert.equal(await infoAt("a", "2026-07-02T05"), "?t=20260702T050000");
    assert.equal(await infoAt("a", "2026-07-02T05:00:00Z"), "?t=20260702T010000");
    assert.equal(await infoAt("b", "2026-07-01"), "?t=20260701T000000", "which of its four ticks is not said");
    const [row] = rig.stored.tasks();
    assert.equal(row?.task_time, Date.UTC(2026, 6, 1, 5));
    const [answer] = await queryWhyNot(
      { type: "a", job: null, workflow: null, taskTime: asked("2026-07-01") },
      { lineage: rig.store.reads.lineage, graph: rig.context.graph(), now: rig.now, zone: "UTC" },
    );
    assert.equal(answer?.findings[0]?.code, "ran", answer?.reason);
  });

  it("of a day before is of that day also where it has 23 hours", async (t) => {
    const keys = { cron: "30 0 * * *", timezone: "America/New_York", template: "?d={yyyy}-{mm}-{dd}" };
    const rig = await rigWith(t, phase("a", { ...keys, offset: "-1d" }));
    rig.now = Date.UTC(2026, 2, 8, 4);
    const scheduler = await schedule(rig);
    const days: string[] = [];
    for (let half = 0; half < 144; half++)
      days.push(...(await fireAt(rig, scheduler, rig.now + HOUR / 2)).map(({ info }) => info));
    assert.deepEqual(days, ["?d=2026-03-07", "?d=2026-03-08", "?d=2026-03-09"]);
  });

  it("has the requested hour, also with an offset of less than a millisecond", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 0 * * *", offset: "-1ns", template: "?h={HH}" }));
    await createTask({ ...REQUEST, at: NOON }, rig.context);
    assert.equal(takeOne(rig).info, "?h=12");
  });

  it("can have another text and other meta, whose time then counts", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 0 * * *", template: "?t={TS}" }));
    await createTask({ ...REQUEST, info: "?other", meta: "cron=2020-01-02T03&region=a%26b" }, rig.context);
    const { info, meta } = takeOne(rig);
    assert.deepEqual([info, meta], ["?other", "cron=2020-01-02T03&region=a%26b&workflow=flow.toml"]);
    assert.equal(rig.stored.tasks()[0]?.task_time, Date.UTC(2020, 0, 2, 3));
  });

  it("is every task of a batch, and one task of a phase for children or files", async (t) => {
    const rig = await rigWith(
      t,
      phase("a", { cron: "0 0 * * *", for: "-24h", by: "hour", template: "?h={HH}" }) +
        phase("b", { dependsOn: "a", template: "?d={dd}" }) +
        phase("c", { files: "/in/*" }),
    );
    assert.equal((await createTask(REQUEST, rig.context)).length, 25);
    assert.equal(takeSent(rig).length, 25);
    await createTask({ ...REQUEST, type: "b" }, rig.context);
    assert.equal(takeOne(rig).info, "?d=24");
    await createTask({ ...REQUEST, type: "c" }, rig.context);
    assert.equal(takeOne(rig).type, "c");
  });

  it("is followed by children and retried like any other", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 0 * * *", retry: 1 }) + phase("b", { dependsOn: "a" }));
    await createTask(REQUEST, rig.context);
    const task = takeOne(rig);
    await report(rig, task, "error");
    await report(rig, task, "complete");
    assert.equal(takeOne(rig).type, "b");
    assert.deepEqual(records(rig), ["a finished complete 0", "a cancelled - 1", "b queued - 0"]);
  });

  it("of the workflow that is named, else of the first that has the phase", async (t) => {
    const flow = (text: string): string => phase("a", { cron: "0 0 * * *", template: text });
    const rig = await rigWith(t, "", { workflows: { "x.toml": flow("?x"), "sub/y.toml": flow("?y") } });
    await createTask(REQUEST, rig.context);
    await createTask({ ...REQUEST, workflow: "x.toml" }, rig.context);
    assert.deepEqual(
      takeSent(rig).map(({ info }) => info),
      ["?y", "?x"],
    );
  });

  it("needs a phase or a text; with a text any task can be sent", async (t) => {
    const rig = await rigWith(t, phase("a:j", { cron: "0 0 * * *" }));
    await assert.rejects(createTask({ ...REQUEST, type: "z", job: "y", workflow: "w" }, rig.context), (error) => {
      assert.ok(error instanceof UnknownPhaseError);
      assert.match(error.message, /no phase z:y in w; .*--info.*a:j/);
      return true;
    });
    const request = { ...REQUEST, type: "z", info: "?day=2026-01-02", meta: "k=v", workflow: "w.toml" };
    await createTask(request, rig.context);
    const sent = takeOne(rig);
    assert.deepEqual([sent.type, sent.info, sent.meta], ["z", "?day=2026-01-02", "k=v&workflow=w.toml"]);
    assert.partialDeepStrictEqual(rig.stored.tasks()[0], { task_time: Date.UTC(2026, 0, 2), phase_id: 0 });
  });

  it("is refused with the reason when its phase does not create such a task", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 0 * * *", "meta-file": "<dir>/none.csv" }));
    await assert.rejects(createTask(REQUEST, rig.context), (error) => {
      assert.ok(error instanceof NoTaskError);
      assert.match(error.message, /^a of flow\.toml creates no task: .*none\.csv/);
      return true;
    });
    assert.deepEqual(records(rig), []);
  });
});

describe("the inputs of a phase", () => {
  const FLOW =
    phase("a", { template: "?region={meta:region}&key={meta:key}" }) +
    '[[phase.param]]\nname = "region"\nchoices = ["eu", "us"]\n[[phase.param]]\nname = "key"\nsecret = true\ndefault = "k-1"\n';

  const request = (meta: string): TaskRequest => ({ ...REQUEST, meta });

  it("a task by hand has the inputs of its phase, with their defaults, and secrets are not shown", async (t) => {
    const rig = await rigWith(t, FLOW);
    const [made] = await createTask(request("region=eu"), rig.context);
    assert.equal(takeOne(rig).info, "?region=eu&key=k-1");
    assert.equal(made?.info, "?region=eu&key=***");
    assert.ok(made?.meta.includes("key=***"));
  });

  it("a task by hand without its inputs is refused, unless it has its own info", async (t) => {
    const rig = await rigWith(t, FLOW);
    await assert.rejects(createTask(request(""), rig.context), ParamError);
    await assert.rejects(createTask(request("region=fr"), rig.context), /region is one of eu, us, and "fr" is not/);
    await createTask({ ...REQUEST, info: "?own" }, rig.context);
    assert.equal(takeOne(rig).info, "?own");
  });
});
