import type { TestContext } from "node:test";
import { secondsText } from "../../../src/contract/time/instant.ts";
import { parseTaskMessage, writeTaskMessage, type TaskMessage } from "../../../src/contract/task-message.ts";
import { TickScheduler } from "../../../src/engine/fire-ticks.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { handleFiles } from "../../../src/engine/handle-file.ts";
import type { StoredAlert } from "./reader.ts";
import { openRig, type Rig, type RigOptions } from "./rig.ts";

/** A rig with one workflow file, `flow.toml`; it goes with the test. */
export async function rigWith(t: TestContext, flow: string, options: Partial<RigOptions> = {}): Promise<Rig> {
  const rig = await openRig({ workflows: { "flow.toml": flow }, ...options });
  t.after(() => rig.close());
  return rig;
}

/** A phase as TOML. The keys are those of the file. */
export function phase(task: string, keys: Readonly<Record<string, string | number | boolean>> = {}): string {
  const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return `[[phase]]\ntask = ${JSON.stringify(task)}\n${lines.join("\n")}\n`;
}

/** A task of `flow.toml` that somebody else sent. */
export function rootTask(rig: Rig, input: Partial<TaskMessage> = {}): TaskMessage {
  return {
    type: "root",
    job: "",
    info: "?day=2026-11-24",
    created: secondsText(rig.now),
    id: "run-1",
    meta: "workflow=flow.toml&cron=2026-11-24T00",
    result: "",
    msg: "",
    started: "",
    ended: "",
    ...input,
  };
}

/** Tasks that went to the bus since the last call, in order. */
export function takeSent(rig: Rig): TaskMessage[] {
  return rig.sent.splice(0).map(({ payload }) => parseTaskMessage(payload));
}

/** The one task that went to the bus since the last call. */
export function takeOne(rig: Rig): TaskMessage {
  const [task, ...more] = takeSent(rig);
  if (task === undefined || more.length > 0) throw new Error(`sent ${more.length + (task ? 1 : 0)} tasks, not one`);
  return task;
}

/** A worker's result of a task. */
export async function report(
  rig: Rig,
  task: TaskMessage,
  result: string,
  more: Partial<TaskMessage> = {},
): Promise<void> {
  await deliver(rig, [{ ...task, result, ...more }]);
}

/** One group on `done`. */
export async function deliver(rig: Rig, tasks: readonly TaskMessage[]): Promise<void> {
  await handleDone(
    tasks.map((task) => ({ topic: "done", payload: writeTaskMessage(task) })),
    rig.context,
  );
}

/** One group of file events, by path; an id makes a later event with the same one a redelivery. */
export async function arrive(rig: Rig, ...paths: readonly (string | { path: string; id: string })[]): Promise<void> {
  await handleFiles(
    paths.map((one) => ({
      topic: "files",
      payload: JSON.stringify({ path: typeof one === "string" ? one : one.path, size: 5 }),
      id: typeof one === "string" ? null : one.id,
    })),
    rig.context,
  );
}

/** The schedules of the workflows in force. */
export async function schedule(rig: Rig): Promise<TickScheduler> {
  const scheduler = new TickScheduler(rig.context);
  await scheduler.load(rig.context.graph());
  return scheduler;
}

/** Move the clock and fire until nothing more is due. */
export async function fireAt(rig: Rig, scheduler: TickScheduler, now: number): Promise<TaskMessage[]> {
  rig.now = now;
  while (await scheduler.fire());
  return takeSent(rig);
}

/** Codes of the decisions so far, in order, but `without`. */
export function codes(rig: Rig, without = ""): string[] {
  return rig.stored
    .decisions()
    .map(({ code }) => code)
    .filter((code) => code !== without);
}

/** The data of the newest decision of this code. */
export function dataOf(rig: Rig, code: string): Readonly<Record<string, unknown>> {
  const row = rig.stored.decisions(code).at(-1);
  if (row === undefined) throw new Error(`no decision ${code} among ${codes(rig).join(", ")}`);
  return row.data;
}

export function alerts(rig: Rig): readonly StoredAlert[] {
  return rig.stored.alerts();
}

/** `type state result attempt` of each record, oldest first. */
export function records(rig: Rig): string[] {
  return rig.stored
    .tasks()
    .map(({ type, state, result, attempt }) => [type, state, result === "" ? "-" : result, attempt].join(" "));
}
