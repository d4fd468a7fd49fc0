import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";
import { phase, records, report, rigWith, rootTask, takeOne, takeSent } from "../rig/drive.ts";

const SALES = phase("load", { rule: "job=daily", template: "?d={yyyy}-{mm}-{dd}" });

describe("a parent in another file", () => {
  it("starts its child, whose workflow is its own file, and so its own children", async (t) => {
    const rig = await rigWith(t, phase("root"), {
      workflows: {
        "flow.toml": phase("root"),
        "sub/b.toml":
          phase("child", { dependsOn: "flow.toml: root", template: "?d={yyyy}-{mm}-{dd}" }) +
          phase("grandchild", { dependsOn: "child" }) +
          phase("plain", { dependsOn: "root" }),
      },
    });
    await rig.reload();
    await report(rig, rootTask(rig), "complete");
    const child = takeOne(rig);
    assert.equal(child.type, "child");
    assert.equal(child.meta, "workflow=sub/b.toml&cron=2026-11-24T00");
    assert.equal(child.info, "?d=2026-11-24");
    await report(rig, child, "complete");
    assert.equal(takeOne(rig).type, "grandchild");
  });

  it("does not go round in a circle over files", async (t) => {
    const rig = await rigWith(t, "", {
      workflows: {
        "flow.toml": phase("root", { dependsOn: "b.toml: back", template: "?d={dd}" }),
        "b.toml": phase("back", { dependsOn: "flow.toml: root", template: "?d={dd}" }),
      },
    });
    await rig.reload();
    await report(rig, rootTask(rig), "complete");
    await report(rig, takeOne(rig), "complete");
    assert.deepEqual(takeSent(rig), []);
    assert.deepEqual(records(rig), ["root finished complete 0", "back finished complete 0"]);
  });

  it("is named by the reload that removes it", async (t) => {
    const child = phase("child", { dependsOn: "sales.toml: load:daily" });
    const rig = await rigWith(t, child, { workflows: { "flow.toml": child, "sales.toml": SALES } });
    assert.deepEqual((await rig.reload()).parentless, []);
    await rig.write("sales.toml", phase("load", { rule: "job=hourly" }));
    const [issue] = (await rig.reload()).parentless;
    assert.equal(
      issue?.message,
      "child of flow.toml depends on sales.toml: load:daily, which no phase in force makes: nothing starts it.",
    );
  });

  it("is no parent of a join, and is checked where all files are known", () => {
    const parse = (source: string, made: readonly string[]) =>
      parseWorkflowFile("flow.toml", source, { zone: "UTC", now: 0, madeElsewhere: () => made });
    const child = phase("child", { dependsOn: ["sales.toml: load:daily"] as never, template: "x" });
    const codes = (source: string, made: readonly string[]) => parse(source, made).issues.map(({ code }) => code);
    assert.deepEqual(codes(child, ["sales.toml"]), []);
    assert.deepEqual(codes(child, ["other.toml"]), ["unknown_parent"]);
    const join =
      phase("child", { dependsOn: "sales.toml: load:daily, a", join: "all" }) + phase("a", { cron: "@daily" });
    assert.equal(parse(join, ["sales.toml"]).accepted, false);
  });
});
