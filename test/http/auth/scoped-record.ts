import type { TestContext } from "node:test";
import { BackfillRunner } from "../../../src/engine/backfill/advance-backfills.ts";
import { turns } from "../../engine/backfill/ask.ts";
import { arrive, fireAt, phase, report, schedule, takeSent } from "../../engine/rig/drive.ts";
import { openRig, type Rig } from "../../engine/rig/rig.ts";
import { type ServedRig, serveRig } from "../served-rig.ts";

/** In everything of `hr/`: texts, names of types and jobs, messages. */
export const HR = "canaryhr";
/** In what the tasks of type `load` of `sales/` say. */
export const LOAD = "canaryload";

export interface Seeded extends ServedRig {
  readonly rig: Rig;
  /** Records of each workflow file. */
  readonly recordsOf: (workflow: string) => readonly number[];
}

/** Two workflow files of the same name in two folders, which follow each other, in a zone that is not UTC; each with tasks, alerts and a backfill. */
export async function seeded(t: TestContext): Promise<Seeded> {
  const workflows = {
    "hr/a.toml":
      `# ${HR}\n` +
      phase("load", { cron: "0 5 * * *", template: `?${HR}={yyyy}-{mm}-{dd}`, retry: 0, owner: HR }) +
      phase(`${HR}pay`, { dependsOn: "load" }) +
      phase(`${HR}watch`, { dependsOn: "sales/a.toml: load" }),
    "sales/a.toml":
      phase("load", { cron: "0 5 * * *", template: `?${LOAD}={yyyy}-{mm}-{dd}`, retry: 0 }) +
      phase("sum", { dependsOn: "load", template: "?day={yyyy}-{mm}-{dd}", retry: 0 }) +
      phase("copy", { dependsOn: "hr/a.toml: load", template: "?copy={yyyy}-{mm}-{dd}" }),
    "hr/bad.toml": `[[phase]]\ntask = "${HR}bad"\nrule = "cron=nothing ${HR}"\n`,
  };
  const rig = await openRig({ workflows, zone: "America/New_York" });
  t.after(() => rig.close());
  const served = serveRig(t, rig);
  const scheduler = await schedule(rig);
  for (const [day, result] of [
    [25, "complete"],
    [26, "error"],
  ] as const) {
    const sent = await fireAt(rig, scheduler, Date.UTC(2026, 10, day, 10, 0, 1));
    for (let open = sent; open.length > 0; open = takeSent(rig)) {
      for (const task of open) {
        const isHr = task.meta.includes("hr%2F") || task.meta.includes("hr/");
        await report(rig, task, result, { msg: isHr ? HR : task.type === "load" ? LOAD : "of sales" });
      }
    }
  }
  // Those of a third day are with their workers.
  rig.now = Date.UTC(2026, 10, 27, 10, 0, 1);
  while (await scheduler.fire());
  rig.store.outboxSent(rig.sent.splice(0));
  await rig.store.flush();
  rig.now += 2000;
  await rig.store.flush();
  await arrive(rig, `/in/${HR}.csv`);
  const { post } = served;
  const span = { from: "2026-11-20", to: "2026-11-21", total: 2, reason: "" };
  for (const workflow of ["hr/a.toml", "sales/a.toml"])
    await post("/api/backfills", { ...span, type: "load", workflow, reason: workflow === "hr/a.toml" ? HR : "" });
  await turns(new BackfillRunner(rig.context, 1), 4);
  await post("/api/notes", { target: { kind: "task", key: "1", workflow: null }, text: "a note" });
  await post("/api/jobs", { action: "cancel", ids: [], begin: false, reason: HR, children: false }, "admin");
  interface Page {
    readonly tasks: readonly { readonly record_id: number; readonly workflow: string }[];
  }
  const { body } = await served.get<Page>("/api/tasks?limit=500");
  return {
    ...served,
    rig,
    recordsOf: (workflow) => body.tasks.filter((task) => task.workflow === workflow).map((task) => task.record_id),
  };
}
