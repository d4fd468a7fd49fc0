import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alerts, arrive, codes, phase, report, rigWith, rootTask, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const template = "?day={yyyy}-{mm}-{dd}";

function states(rig: Rig): string[] {
  return alerts(rig).map(({ type, task_type: task, workflow, state, count }) =>
    [type, task, workflow, state, count].join(" "),
  );
}

describe("an open template", () => {
  it("is resolved by a later file that fills it, of its own workflow alone", async (t) => {
    const flow = phase("load", { files: "/in/*/*.csv", template });
    const workflows = { "a.toml": flow, "b.toml": flow.replace("/in/", "/other/") };
    const rig = await rigWith(t, "", { workflows });
    await arrive(rig, "/in/x/1.csv", "/other/x/1.csv");
    await arrive(rig, "/other/2026-11-24/1.csv");
    assert.deepEqual(states(rig), ["template_open load a.toml open 1", "template_open load b.toml resolved 1"]);
    await rig.reopen();
    await arrive(rig, "/in/2026-11-24/2.csv");
    assert.equal(states(rig)[0], "template_open load a.toml resolved 1");
    await arrive(rig, "/in/y/3.csv");
    assert.equal(states(rig)[2], "template_open load a.toml open 1", "it is told anew");
  });

  const untimed = { meta: "workflow=flow.toml", info: "?n=1" };

  it("of a child without a task time is only recorded, as the older program sent it", async (t) => {
    const child = phase("leaf", { dependsOn: "root", template, meta: "r:a,b" });
    const rig = await rigWith(t, phase("root", { cron: "@daily" }) + child);
    await report(rig, rootTask(rig, untimed), "complete");
    assert.deepEqual(
      takeSent(rig).map(({ info }) => info),
      [template, template],
      "as the older program sent it",
    );
    assert.deepEqual(
      [states(rig), codes(rig, "external_task")],
      [[], ["child_started", "child_started", "template_open"]],
    );
  });

  it("makes no child with refuse and raises one alert, none with no_alert; a later parent resolves it", async (t) => {
    const keys = { dependsOn: "root", template };
    const flow = phase("root", { cron: "@daily" }) + phase("leaf", keys) + phase("quiet", { ...keys, no_alert: true });
    const rig = await rigWith(t, flow);
    Object.assign(rig.context, { openTokens: "refuse" });
    await report(rig, rootTask(rig, untimed), "complete");
    assert.deepEqual([takeSent(rig), states(rig)], [[], ["template_open leaf flow.toml open 1"]]);
    assert.deepEqual(codes(rig, "external_task"), [
      "template_open",
      "template_open",
      "alert_suppressed",
      "result_recorded",
    ]);
    await report(rig, rootTask(rig, { id: "run-2" }), "complete");
    assert.equal(takeSent(rig).length, 2);
    assert.deepEqual(states(rig), ["template_open leaf flow.toml resolved 1"]);
  });
});

it("an alert about rows or tokens ends when the phase has none any more", async (t) => {
  const flow = (keys: object): string =>
    phase("load", { files: "/in/*", ...keys }) + phase("kid", { dependsOn: "load", ...keys });
  const rig = await rigWith(t, flow({ template, "meta-file": "<dir>/gone.json" }));
  Object.assign(rig.context, { openTokens: "refuse" });
  await arrive(rig, "/in/1.csv");
  Object.assign(rig.context, { openTokens: "send" });
  await arrive(rig, "/in/2.csv");
  await report(rig, takeOne(rig), "complete");
  assert.deepEqual(states(rig), ["template_open load flow.toml open 2", "workflow_invalid kid flow.toml open 1"]);
  await rig.write("flow.toml", flow({ template: "{meta:file}" }));
  await rig.reload();
  await arrive(rig, "/in/3.csv");
  await report(rig, takeOne(rig), "complete");
  assert.deepEqual(states(rig), [
    "template_open load flow.toml resolved 2",
    "workflow_invalid kid flow.toml resolved 1",
  ]);
});

it("rows that are readable in one workflow say nothing of the same phase in another", async (t) => {
  const flow = (file: string): string =>
    phase("root", { cron: "@daily" }) + phase("leaf", { dependsOn: "root", "meta-file": file });
  const rig = await rigWith(t, "", {
    workflows: { "a.toml": flow("<dir>/gone.json"), "b.toml": flow("<dir>/rows.json") },
    files: { "rows.json": '{"r":"x"}\n' },
  });
  for (const name of ["a", "b"])
    await report(rig, rootTask(rig, { id: name, meta: `workflow=${name}.toml` }), "complete");
  assert.deepEqual(states(rig), ["workflow_invalid leaf a.toml open 1"]);
});
