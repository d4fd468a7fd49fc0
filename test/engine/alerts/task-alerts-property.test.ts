import assert from "node:assert/strict";
import { it } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { MINUTE } from "../../../src/contract/time/time-units.ts";
import { createTask } from "../../../src/engine/create-task.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import { phase, report, rootTask, takeSent } from "../rig/drive.ts";
import { fc, tries } from "../../support/seed.ts";

/** Two files with the same names; a batch with rows that the worker cannot tell apart by their task time. */
const FLOW =
  phase("root", { retry: 1 }) +
  phase("rows", { dependsOn: "root", meta: "r:x,y,z", template: "?r={meta:r}", retry: 1, inherit_meta: true }) +
  phase("leaf", { dependsOn: "rows", template: "?r={meta:r}", inherit_meta: true });
const FILES = ["a.toml", "b.toml"];

const stepArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("root" as const), file: fc.nat(1), hour: fc.nat(1) }) },
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("report" as const), pick: fc.nat(50), isWell: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hand" as const), file: fc.nat(1), hour: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** What a worker is asked to do: a task with the same of it is the same work made again. */
function workOf({ type, info, meta }: TaskMessage): string {
  const values = new URLSearchParams(meta);
  return [type, info, values.get("workflow"), values.get("cron")].join(" ");
}

/** The task itself: a restart sends what was not confirmed again, so a worker may report one task twice. */
function identityOf({ id, type, info }: TaskMessage): string {
  return [id, type, info].join(" ");
}

/** What is known of the tasks so far. */
interface Known {
  readonly open: TaskMessage[];
  readonly failing: Set<string>;
  /** Tasks that completed by one of their attempts: an error of another attempt is late, and no failure. */
  readonly well: Set<string>;
}

async function act(step: Step, rig: Rig, { open, failing, well }: Known, count: number): Promise<void> {
  rig.now += MINUTE;
  switch (step.kind) {
    case "root": {
      const meta = `workflow=${FILES[step.file]}&cron=2026-11-24T0${step.hour}`;
      open.push(rootTask(rig, { id: `run-${count}`, info: "", meta }));
      return;
    }
    case "hand": {
      const at = Date.UTC(2026, 10, 24, step.hour);
      const request = { type: "rows", job: "", at, workflow: FILES[step.file] ?? "", info: null, meta: "", by: "ada" };
      await createTask(request, rig.context);
      break;
    }
    case "report": {
      const [task] = open.splice(step.pick % Math.max(1, open.length), 1);
      if (task === undefined) return;
      await report(rig, task, step.isWell ? "complete" : "error", { msg: "broken" });
      if (step.isWell) {
        failing.delete(workOf(task));
        well.add(identityOf(task));
      } else if (well.has(identityOf(task))) break;
      else if (task.type === "leaf" || task.meta.includes("retry=1")) failing.add(workOf(task));
      break;
    }
    default:
      await rig.reopen();
  }
  await rig.sweep();
  open.push(...takeSent(rig));
}

/** `type workflow hour` of what an alert is about, with the number of pieces of work that are not well. */
function expected(failing: ReadonlySet<string>): string[] {
  const groups = new Set([...failing].map((work) => work.split(" ").toSpliced(1, 1).join(" ")));
  return [...groups].toSorted();
}

function unresolved(rig: Rig): string[] {
  return rig.stored
    .alerts()
    .filter(({ state }) => state !== "resolved")
    .map(({ task_type: type, workflow, task_time: time }) =>
      [type, workflow, new Date(time ?? 0).toISOString().slice(0, 13)].join(" "),
    )
    .toSorted();
}

it("no alert is resolved while a task of it is not well, and each is when all are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 5, maxLength: 60 }), async (steps) => {
      const rig = await openRig({ workflows: { "a.toml": FLOW, "b.toml": FLOW }, failedTopic: null });
      const known: Known = { open: [], failing: new Set(), well: new Set() };
      try {
        for (const [count, step] of steps.entries()) {
          await act(step, rig, known, count);
          assert.deepEqual(unresolved(rig), expected(known.failing));
        }
      } finally {
        await rig.close();
      }
    }),
    tries(60),
  );
});
