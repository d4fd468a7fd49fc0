import assert from "node:assert/strict";
import { it } from "node:test";
import { redriveFilesRequest } from "../../../src/contract/api/file-api.ts";
import { secondsText } from "../../../src/contract/time/instant.ts";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { HOUR, SECOND } from "../../../src/contract/time/time-units.ts";
import { parseMeta } from "../../../src/core/task/meta.ts";
import { finishFiles, GatherTimeouts } from "../../../src/engine/files/finish-gathered.ts";
import { redriveFiles } from "../../../src/engine/files/redrive-files.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import { arrive, phase, report, rootTask, takeSent } from "../rig/drive.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import { fc, tries } from "../../support/seed.ts";
import { finishRequest } from "./finish-request.ts";

/** Two days and none, in two phases' patterns and in all of them. */
const PATHS = [24, 25]
  .flatMap((day) => [1, 2, 3].map((file) => `/in/2026/11/${day}/${file}.csv`))
  .concat(["/in/1.csv", "/in/2.csv", "/in/3.csv", "/in/no.txt", "/elsewhere/2026-11-24.csv"]);
const FILES = ["a.toml", "b.toml"];
const TIMEOUT = 2 * HOUR;

type Step =
  /** One group of events; with an id, a later one with the same id and path is a redelivery. */
  | { readonly kind: "arrive"; readonly events: readonly { readonly path: number; readonly id: number | null }[] }
  | { readonly kind: "report"; readonly paths: readonly number[] }
  | { readonly kind: "begin" | "restart" | "hour" | "expire" | "redrive" }
  | { readonly kind: "complete"; readonly which: number; readonly paths: readonly number[] }
  | { readonly kind: "finish"; readonly file: number };

const path = fc.nat(PATHS.length - 1);
const event = fc.record({ path, id: fc.option(fc.nat(12)) });
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("arrive" as const),
      events: fc.array(event, { minLength: 1, maxLength: 6 }),
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("report" as const),
      paths: fc.array(path, { minLength: 1, maxLength: 3 }),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("complete" as const),
      which: fc.nat(1000),
      paths: fc.array(path, { maxLength: 2 }),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "begin" as const,
        "restart" as const,
        "hour" as const,
        "expire" as const,
        "redrive" as const,
      ),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constant("finish" as const), file: fc.nat(1) }), weight: 1 },
);
const worldArbitrary = fc.record({
  gather: fc.constantFrom(2, 3),
  timesOut: fc.boolean(),
  steps: fc.array(stepArbitrary, { minLength: 4, maxLength: 30 }),
});

function flow(gather: number, timesOut: boolean): string {
  return (
    phase("each", { files_glob: "/in/**" }) +
    phase("merge", { files_glob: "/in/**/*.csv", gather, ...(timesOut ? { gather_timeout: "2h" } : {}) }) +
    phase("capped", { files: "/in/*", max_active: 1 }) +
    phase("paused", { files: "/in/*/*/*/*", paused: true })
  );
}

/** What a phase is to make of an event, by its path. */
const TAKES: Readonly<Record<string, (path: string) => boolean>> = {
  each: (one) => one.startsWith("/in/"),
  capped: (one) => /^\/in\/[^/]*$/.test(one),
  paused: (one) => /^\/in\/\d+\/\d+\/\d+\/[^/]*$/.test(one),
};
const isMerged = (one: string): boolean => one.startsWith("/in/") && one.endsWith(".csv");
const groupOf = (one: string): string => /^\/in\/2026\/11\/(\d+)\//.exec(one)?.[1] ?? "none";

interface Task {
  /** `workflow phase`, and the files. */
  readonly of: string;
  readonly files: readonly string[];
}
interface ModelTask extends Task {
  readonly events: readonly Event[];
  /** How many events had come when it was made. */
  readonly after: number;
}
interface Event {
  readonly path: string;
  readonly tasks: ModelTask[];
  reportedBy: string | null;
}
interface Reporter {
  readonly name: string;
  readonly after: number;
  readonly inputs: readonly string[];
}

/** What is to become of the events, kept in plain lists. */
class Model {
  readonly events: Event[] = [];
  readonly tasks: ModelTask[] = [];
  readonly links = new Set<string>();
  readonly #delivered = new Set<string>();
  readonly #waiting = new Map<string, { events: Event[]; since: number }>();
  readonly #reported = new Map<string, string>();
  readonly #gather: number;

  constructor(gather: number) {
    this.#gather = gather;
  }

  arrive(one: string, id: number | null, now: number): void {
    if (id !== null && this.#delivered.size === this.#delivered.add(`${id}`).size) return;
    const own: Event = { path: one, tasks: [], reportedBy: this.#reported.get(one) ?? null };
    this.events.push(own);
    for (const file of FILES) {
      for (const [name, takes] of Object.entries(TAKES)) if (takes(one)) this.#make(`${file} ${name}`, [own]);
      if (!isMerged(one)) continue;
      const key = `${file} ${groupOf(one)}`;
      const group = this.#waiting.get(key) ?? { events: [], since: now };
      group.events.push(own);
      this.#waiting.set(key, group);
      if (new Set(group.events.map((event) => event.path)).size >= this.#gather) this.#finish(key);
    }
  }

  finishAll(file: string): void {
    for (const key of this.#waiting.keys()) if (key.startsWith(file)) this.#finish(key);
  }

  expire(now: number): void {
    for (const [key, { since }] of this.#waiting) if (now - since >= TIMEOUT) this.#finish(key);
  }

  report(by: Reporter, paths: readonly string[]): void {
    for (const one of new Set(paths)) {
      const isWaited = TAKES["each"]?.(one) === true;
      if (!isWaited || by.inputs.includes(one)) continue;
      this.#reported.set(one, by.name);
      for (const event of this.events.slice(by.after)) if (event.path === one) this.#relink(event, by.name);
    }
  }

  /** A task has a link to each record that reported one of its events' paths, and to no other. */
  #relink(event: Event, by: string): void {
    const before = event.reportedBy;
    event.reportedBy = by;
    for (const task of event.tasks) {
      const name = nameOf(task, this.tasks);
      if (!task.events.some((one) => one.reportedBy === before)) this.links.delete(`${before} -> ${name}`);
      this.links.add(`${by} -> ${name}`);
    }
  }

  #finish(key: string): void {
    const { events } = this.#waiting.get(key) ?? { events: [] };
    this.#waiting.delete(key);
    this.#make(`${key.split(" ")[0]} merge`, events);
  }

  #make(of: string, events: readonly Event[]): void {
    const files = [...new Set(events.map((one) => one.path))];
    const task: ModelTask = { of, files, events, after: this.events.length };
    this.tasks.push(task);
    for (const one of events) {
      one.tasks.push(task);
      if (one.reportedBy !== null) this.links.add(`${one.reportedBy} -> ${nameOf(task, this.tasks)}`);
    }
  }
}

/** Which of the tasks with the same phase and files it is. */
function nameOf(task: Task, all: readonly Task[]): string {
  const same = all.filter((one) => one.of === task.of && one.files.join() === task.files.join());
  return `${task.of} ${task.files.join()} ${same.indexOf(task)}`;
}

interface Made extends Task {
  readonly recordId: number;
  readonly taskId: string;
}

function madeIn(rig: Rig): Made[] {
  return rig.stored
    .tasks()
    .filter((task) => task.origin === "file")
    .map(({ id, task_id: taskId, workflow, type, meta }) => ({
      of: `${workflow} ${type}`,
      files: parseMeta(meta).get("file") ?? [],
      recordId: id,
      taskId,
    }));
}

it("events make exactly one task a phase, gathered sets exactly one, and links stand exactly where a record reported the path", async () => {
  await fc.assert(
    fc.asyncProperty(worldArbitrary, async ({ gather, timesOut, steps }) => {
      const source = flow(gather, timesOut);
      const rig = await openRig({ workflows: Object.fromEntries(FILES.map((name) => [name, source])) });
      try {
        const model = new Model(gather);
        const roots: { task: TaskMessage; after: number }[] = [];
        const open: TaskMessage[] = [];
        const begin = (): void => {
          const id = `root-${roots.length}`;
          const task = rootTask(rig, { id, created: secondsText(rig.now), meta: "workflow=a.toml" });
          roots.push({ task, after: model.events.length });
        };
        for (const step of steps) {
          // Times of tasks are of seconds: a step has one of its own.
          rig.now += SECOND;
          await take(step);
          open.push(...takeSent(rig));
          const capped = open
            .filter((task) => task.type === "capped")
            .map(({ meta }) => parseMeta(meta).get("workflow")?.[0]);
          assert.equal(new Set(capped).size, capped.length, "max_active = 1");
        }
        check(rig, model);

        async function take(step: Step): Promise<void> {
          switch (step.kind) {
            case "arrive": {
              const events = step.events.map(({ path: index, id }) => ({ path: PATHS[index] ?? "", id }));
              await arrive(
                rig,
                ...events.map((one) => (one.id === null ? one.path : { path: one.path, id: `${one.id}` })),
              );
              for (const one of events) model.arrive(one.path, one.id, rig.now);
              return;
            }
            case "begin":
              return begin();
            case "report": {
              if (roots.length === 0) begin();
              const root = roots.pop();
              const paths = step.paths.map((index) => PATHS[index] ?? "");
              if (root === undefined) return;
              const name = `root ${root.task.id}-${rig.now}`;
              const task = { ...root.task, id: name };
              await report(rig, task, "complete", { meta: task.meta + outputs(paths) });
              return model.report({ name, after: root.after, inputs: [] }, paths);
            }
            case "complete": {
              const [task] = open.splice(step.which % Math.max(1, open.length), 1);
              if (task === undefined) return;
              const all = madeIn(rig);
              const own = all.find((one) => one.taskId === task.id);
              assert.ok(own !== undefined);
              const name = nameOf(own, all);
              const made = model.tasks.find((one) => nameOf(one, model.tasks) === name);
              assert.ok(made !== undefined, `${name} is no task of the model`);
              const paths = step.paths.map((index) => PATHS[index] ?? "");
              await report(rig, task, "complete", { meta: task.meta + outputs(paths) });
              return model.report({ name, after: made.after, inputs: made.files }, paths);
            }
            case "restart":
              await rig.reopen();
              await releaseHeld(rig.context);
              return;
            case "hour":
              rig.now += HOUR;
              return;
            case "expire":
              await new GatherTimeouts(rig.context).expire();
              return timesOut ? model.expire(rig.now) : undefined;
            case "redrive":
              await redriveFiles(
                { ...redriveFilesRequest.parse({ since: "2026-01-01T00:00:00Z" }), by: "ann" },
                rig.context,
              );
              return;
            case "finish": {
              const workflow = FILES[step.file] ?? "";
              await finishFiles(finishRequest({ workflow, all: true }), rig.context);
              return model.finishAll(workflow);
            }
          }
        }
      } finally {
        await rig.close();
      }
    }),
    tries(24),
  );
});

function outputs(paths: readonly string[]): string {
  return paths.map((one) => `&out=${encodeURIComponent(one)}`).join("");
}

function check(rig: Rig, model: Model): void {
  const made = madeIn(rig);
  const names = (tasks: readonly Task[]): string[] => tasks.map((task) => nameOf(task, tasks)).toSorted();
  assert.equal(rig.stored.files().length, model.events.length, "one row an event");
  assert.deepEqual(names(made), names(model.tasks));
  const recordOf = new Map(made.map((task) => [nameOf(task, made), task.recordId]));
  for (const { id, task_id: name } of rig.stored.tasks().filter((task) => task.origin === "external"))
    recordOf.set(name, id);
  const expected = [...model.links].map((link) =>
    link
      .split(" -> ")
      .map((name) => recordOf.get(name))
      .join("->"),
  );
  const links = rig.stored
    .relationships()
    .filter(({ kind }) => kind === "file")
    .map(({ parent_id, child_id }) => `${parent_id}->${child_id}`);
  assert.deepEqual(links.toSorted(), expected.toSorted());
}
