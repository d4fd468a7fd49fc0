import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTask, LeftOpenError, type TaskRequest } from "../../../src/engine/create-task.ts";
import { compareTasks, retryAsCurrent, retryTasks } from "../../../src/engine/steering/act-on-tasks.ts";
import { fireAt, phase, report, rigWith, schedule, takeOne, takeSent } from "../rig/drive.ts";

const REQUEST: TaskRequest = { type: "load", job: "", at: null, workflow: "", info: null, meta: "", by: "a test" };
const FIVE = Date.UTC(2026, 10, 25, 5);
const ROOT = phase("root", { cron: "0 5 * * *" });
const LOAD = { dependsOn: "root", template: "?day={yyyy}&r={meta:region}&n={meta:row-count}" };
const RETRY = { by: "ann", reason: "", withChildren: false, edit: null };

function refusal(message: string): object {
  return { name: "LeftOpenError", code: "left_open", message };
}

describe("a task by hand with something left open", () => {
  it("is refused, each token and required key named with what to give, and nothing is stored", async (t) => {
    const rig = await rigWith(t, ROOT + phase("load", { ...LOAD, require: "batch" }));
    const lacks = "load of flow.toml is not created: ";
    await assert.rejects(
      createTask(REQUEST, rig.context),
      refusal(
        `${lacks}{meta:region}, {meta:row-count} stay open in its info; its meta has no value for batch, which the phase requires: ` +
          "give --meta 'region=…&row-count=…&batch=…'",
      ),
    );
    await assert.rejects(
      createTask({ ...REQUEST, meta: "region=eu&batch=" }, rig.context),
      refusal(
        `${lacks}{meta:row-count} stays open in its info; its meta has no value for batch, which the phase requires: ` +
          "give --meta 'row-count=…&batch=…'",
      ),
    );
    assert.deepEqual(rig.stored.tasks(), []);
    await createTask({ ...REQUEST, meta: "region=&row-count=3&batch=b" }, rig.context);
    assert.match(takeOne(rig).info, /^\?day=\d{4}&r=&n=3$/, "an empty value is one");
  });

  it("may have braces that are no tokens in its own info, and no tokens, with a phase or without", async (t) => {
    const rig = await rigWith(t, ROOT + phase("load", LOAD));
    for (const type of ["load", "adhoc"]) {
      await createTask({ ...REQUEST, type, info: '{"day":{"mm":1}}' }, rig.context);
      assert.equal(takeOne(rig).info, '{"day":{"mm":1}}');
      await assert.rejects(
        createTask({ ...REQUEST, type, info: "?d={dd}&r={meta:region}", meta: "region=eu" }, rig.context),
        /\{dd\}, \{meta:region\} stay open in its info: write the values into the text of --info, which is sent as it is$/,
      );
    }
    assert.deepEqual(takeSent(rig), []);
  });

  it("of a year that no token can show names the time to give", async (t) => {
    const rig = await rigWith(t, phase("load", { cron: "0 5 * * *", template: "?day={yyyy}" }));
    await assert.rejects(
      createTask({ ...REQUEST, at: Date.UTC(11_000, 0, 1) }, rig.context),
      /\{yyyy\} stays open in its info: give --at a time of the years 1000 to 9999, or the complete text with --info$/,
    );
  });

  it("takes what the rows of its batch lack from --meta, and can be the rows that lack nothing", async (t) => {
    const rig = await rigWith(
      t,
      ROOT + phase("load", { ...LOAD, template: "?r={meta:region}&p={meta:part}", rule: "meta=region:eu,us" }),
    );
    await assert.rejects(
      createTask(REQUEST, rig.context),
      /\{meta:part\} stays open in its info: give --meta 'part=…'$/,
    );
    await createTask({ ...REQUEST, meta: "part=7&region=fr" }, rig.context);
    assert.deepEqual(
      takeSent(rig).map(({ info }) => info),
      ["?r=eu&p=7", "?r=us&p=7"],
    );
    await rig.write("rows.json", '{"region":"eu","part":"1"}\n{"region":"us"}\n');
    await rig.write(
      "flow.toml",
      phase("load", {
        ...LOAD,
        template: "?r={meta:region}&p={meta:part}",
        rule: "meta-file=<dir>/workflows/rows.json",
      }),
    );
    await rig.reload();
    await assert.rejects(createTask(REQUEST, rig.context), /; or make only the rows that lack nothing with --row$/);
    await createTask({ ...REQUEST, row: "region=eu" }, rig.context);
    assert.equal(takeOne(rig).info, "?r=eu&p=1");
  });

  it("of two files with the phase names the file, and the answer is the same after a restart", async (t) => {
    const workflows = {
      "a.toml": phase("load", LOAD),
      "b.toml": phase("load", { template: "?plain", cron: "@daily" }),
    };
    const rig = await rigWith(t, "", { workflows });
    for (let round = 0; round < 2; round++) {
      await assert.rejects(createTask(REQUEST, rig.context), /^LeftOpenError: load of a\.toml is not created/);
      await rig.reopen();
    }
    await createTask({ ...REQUEST, workflow: "b.toml" }, rig.context);
    assert.equal(takeOne(rig).info, "?plain");
  });

  it("is refused where open_tokens would send it, which stays the rule for parents", async (t) => {
    const rig = await rigWith(t, ROOT + phase("load", { dependsOn: "root", template: "?r={meta:region}" }));
    await assert.rejects(createTask(REQUEST, rig.context), LeftOpenError);
    for (const task of await fireAt(rig, await schedule(rig), FIVE)) await report(rig, task, "complete");
    assert.equal(takeOne(rig).info, "?r=", "the older program empties it");
  });
});

describe("a retry with something left open", () => {
  it("as it was sent is sent, and as an edited copy it is refused", async (t) => {
    const rig = await rigWith(t, phase("load", { cron: "0 5 * * *", template: "?r={meta:region}", retry: 0 }));
    for (const task of await fireAt(rig, await schedule(rig), FIVE)) await report(rig, task, "error");
    // The message on the topic for failures.
    takeSent(rig);
    const [open] = await retryTasks([1], { ...RETRY, edit: { info: null, meta: "x=1" } }, rig.context);
    assert.equal(
      open?.refused,
      "of the task that is copied, {meta:region} stays open in its info: write the values into the text of --info, which is sent as it is",
    );
    const [current] = await retryAsCurrent([1], RETRY, rig.context);
    assert.match(current?.refused ?? "", /^\{meta:region\} stays open .*--meta 'region=…', as an edited copy$/);
    const [written] = await retryTasks([1], { ...RETRY, edit: { info: "?d={dd}", meta: "" } }, rig.context);
    assert.match(written?.refused ?? "", /^\{dd\} stays open/);
    assert.deepEqual(takeSent(rig), []);
    const [again] = await retryTasks([1], RETRY, rig.context);
    assert.equal(again?.refused, null);
    assert.equal(takeOne(rig).info, "?r={meta:region}");
    const [copy] = await retryTasks([1], { ...RETRY, edit: { info: '{"r":{}}', meta: "" } }, rig.context);
    assert.equal(copy?.refused, null);
  });

  it("as current keeps what a person gave, and names what a parent lacks", async (t) => {
    const rig = await rigWith(t, ROOT + phase("load", { ...LOAD, template: "?r={meta:region}" }));
    await createTask({ ...REQUEST, meta: "region=eu" }, rig.context);
    await report(rig, takeOne(rig), "complete");
    for (const task of await fireAt(rig, await schedule(rig), FIVE)) await report(rig, task, "complete");
    await report(rig, takeOne(rig), "complete");
    const [byHand] = await compareTasks([1], rig.context);
    assert.deepEqual(byHand?.current, byHand?.recorded);
    await rig.write("flow.toml", ROOT + phase("load", { ...LOAD, template: "?r={meta:region}", require: "rows" }));
    await rig.reload();
    const child = rig.stored.tasks().find(({ origin }) => origin === "child")?.id ?? 0;
    const refused = await retryAsCurrent([1, child], RETRY, rig.context);
    assert.deepEqual(
      refused.map((one) => one.refused),
      [
        "its meta has no value for rows, which the phase requires: give --meta 'rows=…', as an edited copy",
        "its parent has no value for rows, which the phase requires",
      ],
    );
  });
});
