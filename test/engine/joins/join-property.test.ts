import assert from "node:assert/strict";
import { it } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { cancelTasks } from "../../../src/engine/joins/cancel-tasks.ts";
import { arrive, deliver, phase, schedule, takeSent } from "../rig/drive.ts";
import type { StoredTask } from "../rig/reader.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import { fc, randomFrom, tries } from "../../support/seed.ts";

/** A phase of the generated workflow. Its parents come before it; one without has a schedule, or waits for files. */
interface Node {
  readonly name: string;
  readonly parents: readonly number[];
  readonly isJoin: boolean;
  readonly isAllDone: boolean;
  readonly onError: boolean;
  /** With a parent: `require = "k"`. */
  readonly isPicky: boolean;
  /** Folder of the files that a phase without parents waits for; null: it has a schedule. */
  readonly folder: string | null;
  readonly rows: number;
  readonly retry: number;
}

interface World {
  readonly nodes: readonly Node[];
  readonly ticks: number;
  /** What each task's worker answers. */
  readonly behaviour: number;
  /** The order of the results, repeats, restarts and cancelled retries. */
  readonly disorder: number;
}

const draftArbitrary = fc.record({
  picks: fc.array(fc.nat(100), { minLength: 1, maxLength: 3 }),
  isRoot: fc.nat(5).map((one) => one === 0),
  isJoin: fc.boolean(),
  isAllDone: fc.boolean(),
  onError: fc.nat(5).map((one) => one === 0),
  isPicky: fc.nat(4).map((one) => one === 0),
  folder: fc.constantFrom(null, null, "/x", "/y"),
  hasJob: fc.boolean(),
  rows: fc.constantFrom(1, 1, 2, 3),
  retry: fc.nat(1),
});

const worldArbitrary: fc.Arbitrary<World> = fc.record({
  nodes: fc.array(draftArbitrary, { minLength: 3, maxLength: 8 }).map((drafts) =>
    drafts.reduce<Node[]>((nodes, draft, index) => {
      const { isAllDone, onError, isPicky, rows, retry } = draft;
      const name = draft.hasJob ? `t${index % 2}:j${index}` : `p${index}`;
      const isRoot = index === 0 || draft.isRoot;
      const isJoin = !isRoot && draft.isJoin;
      const picked = isRoot ? [] : [...new Set(draft.picks.map((pick) => pick % index))];
      const parents = isJoin ? picked : picked.slice(0, 1);
      const kind = {
        isJoin,
        isAllDone: isAllDone && !onError,
        onError: onError && !isRoot,
        isPicky: isPicky && !isRoot,
      };
      const folder = isRoot ? draft.folder : null;
      return [...nodes, { name, parents, ...kind, folder, rows: isJoin || folder !== null ? 1 : rows, retry }];
    }, []),
  ),
  ticks: fc.integer({ min: 1, max: 3 }),
  behaviour: fc.integer(),
  disorder: fc.integer(),
});

/** Every phase that leads there, itself included, without going through `stop`. */
function upTo(nodes: readonly Node[], from: number, stop: number | null): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === stop || found.has(next)) continue;
    found.add(next);
    open.push(...(nodes[next]?.parents ?? []));
  }
  return found;
}

/** What a phase follows from, where one task of a join follows from what its parents have in common. */
function aboveJoins(nodes: readonly Node[], below: number): readonly Node[] {
  return nodes.slice(0, below).map((node, index) => {
    if (!node.isJoin) return node;
    const ancestor = ancestorOf(nodes, index);
    return { ...node, parents: ancestor === null ? [] : [ancestor] };
  });
}

/** The nearest phase without which none of the parents of the join would have a task; null: none. */
function ancestorOf(nodes: readonly Node[], join: number): number | null {
  const { parents = [] } = nodes[join] ?? {};
  const above = aboveJoins(nodes, join);
  const isCommon = (one: number): boolean =>
    parents.every((parent) => {
      if (parent === one) return false;
      const left = upTo(above, parent, one);
      return upTo(above, parent, null).has(one) && ![...left].some((node) => above[node]?.parents.length === 0);
    });
  // Phases are numbered from parents to children: of those on one way the last is the nearest.
  return nodes.map((_, index) => index).findLast(isCommon) ?? null;
}

/** The phases whose rows tell one task of this phase from another of its run. */
function rowsAbove(nodes: readonly Node[], index: number): readonly number[] {
  const node = nodes[index];
  if (node === undefined) return [];
  const above = node.isJoin ? ancestorOf(nodes, index) : (node.parents[0] ?? null);
  return [...(above === null ? [] : rowsAbove(nodes, above)), ...(node.rows > 1 ? [index] : [])];
}

function workflowOf(nodes: readonly Node[]): string {
  return nodes
    .map((node, index) => {
      const { name, parents, isJoin, isAllDone, onError, isPicky, folder, rows, retry } = node;
      const origin: Readonly<Record<string, string>> =
        folder === null ? { cron: "0 * * * *" } : { files_glob: `${folder}/**` };
      const values = ["x", "y", "z"].slice(0, rows).join(",");
      const batch = rows > 1 ? `r${index}:${values}` : "";
      const keys = rowsAbove(nodes, index).map((one) => `r${one}={meta:r${one}}`);
      return phase(name, {
        retry,
        template: `?${["n=1", ...keys].join("&")}`,
        ...(parents.length === 0 ? origin : { inherit_meta: true }),
        ...(parents.length > 0 ? { dependsOn: parents.map((one) => nodes[one]?.name ?? "").join(", ") } : {}),
        ...(isJoin ? { join: "all" } : {}),
        ...(isJoin && isAllDone ? { join_when: "all_done" } : {}),
        ...(onError ? { on: "error" } : {}),
        ...(isPicky ? { require: "k" } : {}),
        ...(batch === "" ? {} : { meta: batch }),
      });
    })
    .join("");
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (value ^ (value >>> 15)) >>> 1;
}

/** What the worker says of an attempt: always the same. */
function answered(task: TaskMessage, { behaviour }: World): TaskMessage {
  const { id, type, job, info, meta } = task;
  const attempt = new URLSearchParams(meta).get("retry") ?? "0";
  const drawn = hash(`${behaviour}|${id}|${type}|${job}|${info}|${attempt}`);
  const chance = drawn % 10;
  const result = chance < 7 ? "complete" : chance < 9 ? "error" : "warn";
  return { ...task, result, meta: drawn % 3 === 0 && !meta.includes("k=") ? `${meta}&k=1` : meta };
}

type Dice = (limit: number) => number;

/**
 * Ticks and files, then results in any order, in groups, repeated; with restarts, retries that a person cancels, and lost
 * confirmations. `isKilled`: the program ends after each transaction.
 */
async function run(world: World, rig: Rig, isKilled: boolean): Promise<void> {
  const random = randomFrom(world.disorder);
  const dice: Dice = (limit) => Math.floor(random() * limit);
  const queue: TaskMessage[] = [];
  const delivered: TaskMessage[] = [];
  /** After a transaction: the bus has what it sent, and confirmed it or not. */
  const goOn = async (isReopened: boolean, isLost: boolean): Promise<void> => {
    if (!isLost) rig.store.outboxSent(rig.sent);
    queue.push(...takeSent(rig).filter(({ meta }) => !meta.includes("retry=failed")));
    if (isReopened || isKilled) await rig.reopen();
  };
  await begin(world, rig, () => goOn(false, isKilled && dice(2) === 0));
  for (;;) {
    if (queue.length === 0 || dice(4) === 0) {
      if (dice(3) === 0) await cancelRetry(rig, dice);
      if (isKilled) await goOn(false, dice(2) === 0);
      rig.now += MINUTE;
      const swept = await rig.sweep();
      if (swept.length === 0 && queue.length === 0 && rig.sent.length === 0) return;
    }
    const group: TaskMessage[] = [];
    for (let size = isKilled ? 1 : 1 + dice(5); size > 0 && queue.length > 0; size--) {
      const [task] = queue.splice(dice(queue.length), 1);
      if (task !== undefined) group.push(answered(task, world));
      const again = delivered[dice(delivered.length * 4)];
      if (again !== undefined) group.push(again);
    }
    for (const part of isKilled ? group.map((one) => [one]) : [group]) {
      await deliver(rig, part);
      delivered.push(...part);
      const fate = dice(12);
      if (fate <= 1) await deliver(rig, part);
      await goOn(fate === 0, isKilled ? dice(2) === 0 : fate === 2);
    }
  }
}

/** Each hour ticks, and a file in each folder, told twice. */
async function begin({ ticks }: World, rig: Rig, goOn: () => Promise<void>): Promise<void> {
  for (let tick = 1; tick <= ticks; tick++) {
    const scheduler = await schedule(rig);
    rig.now += HOUR;
    while (await scheduler.fire());
    await goOn();
    const hour = new Date(rig.now).toISOString().slice(0, 13).replaceAll(/[-T]/g, "/");
    for (const folder of ["/x", "/y", "/x"]) {
      await arrive(rig, { path: `${folder}/${hour}/f.csv`, id: `${folder}${tick}` });
      await goOn();
    }
  }
}

async function cancelRetry(rig: Rig, dice: Dice): Promise<void> {
  const waiting = rig.stored.tasks().filter(({ state }) => state === "waiting");
  const one = waiting[dice(waiting.length)];
  if (one === undefined) return;
  await cancelTasks([one.id], { code: "retry_cancelled", phaseId: one.phase_id, data: {} }, rig.context);
}

interface Task {
  readonly id: number;
  readonly node: number;
  readonly parents: ReadonlySet<number>;
  /** Task time of one that a tick or file made. */
  readonly begins: number | null;
  /** The attempt that completed; null when none did. */
  readonly completedBy: number | null;
  /** Its newest result reported `k`. */
  readonly hasKey: boolean;
}

/** All tasks with their attempts as one. */
function tasksOf({ nodes }: World, rig: Rig): ReadonlyMap<number, Task> {
  const attempts = Map.groupBy(rig.stored.tasks(), (one) => one.first_attempt_id);
  const firstOf = new Map([...attempts].flatMap(([id, all]) => all.map((one) => [one.id, id] as const)));
  const links = Map.groupBy(rig.stored.relationships(), (one) => one.child_id);
  const nameOf = ({ type, job }: StoredTask): string => (job === "" ? type : `${type}:${job}`);
  return new Map(
    [...attempts].flatMap(([id, all]) => {
      const [first] = all;
      if (first === undefined) return [];
      const kinds = (links.get(id) ?? []).filter(({ kind }) => kind !== "retry");
      const parents = new Set(kinds.map((link) => firstOf.get(link.parent_id) ?? 0));
      const completedBy = all.find(({ result }) => result === "complete")?.id ?? null;
      const node = nodes.findIndex(({ name }) => name === nameOf(first));
      const begins = first.parent_id === null ? first.task_time : null;
      const newest = all
        .filter(({ result }) => result !== "")
        .toSorted((a, b) => a.attempt - b.attempt)
        .at(-1);
      const hasKey = new URLSearchParams(newest?.meta).has("k");
      return [[id, { id, node, parents, begins, completedBy, hasKey }] as const];
    }),
  );
}

/** What each task came of, by any way: its tasks above, and the times at which they began. */
function originsOf(task: Task, tasks: ReadonlyMap<number, Task>): { above: ReadonlySet<number>; times: Set<number> } {
  const above = new Set<number>();
  const times = new Set<number>();
  const open = [task.id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (above.has(next)) continue;
    above.add(next);
    const one = tasks.get(next);
    if (one?.begins !== null && one !== undefined) times.add(one.begins);
    open.push(...(one?.parents ?? []));
  }
  return { above, times };
}

function check(world: World, rig: Rig): void {
  const { nodes } = world;
  const tasks = tasksOf(world, rig);
  const origins = new Map([...tasks.values()].map((task) => [task.id, originsOf(task, tasks)]));
  nodes.forEach((join, index) => {
    if (!join.isJoin) return;
    const ancestor = ancestorOf(nodes, index);
    const instances =
      ancestor === null
        ? new Set([...tasks.values()].flatMap((one) => one.begins ?? []))
        : new Set([...tasks.values()].filter(({ node }) => node === ancestor).map(({ id }) => id));
    for (const instance of instances) {
      const own = [...tasks.values()].filter(({ id }) => {
        const of = origins.get(id);
        return ancestor === null ? of?.times.has(instance) : of?.above.has(instance);
      });
      checkInstance(join, index, ancestor, own, world, rig);
    }
  });
  const stored = rig.stored.tasks();
  const workOf = (one: StoredTask): string => [one.phase_id, one.info, one.task_time].join(" ");
  const well = new Set(stored.filter(({ result }) => result === "complete").map(workOf));
  for (const alert of rig.stored.alerts()) {
    if (alert.type !== "retry_exhausted" || alert.state !== "resolved") continue;
    const own = stored.filter((one) => one.type === alert.task_type && one.job === alert.job && one.result === "error");
    const unwell = own.filter((one) => one.task_time === alert.task_time && !well.has(workOf(one)));
    assert.deepEqual(unwell, [], "what an alert is about is well when it is resolved");
  }
}

/** `own`: the tasks that came of the same. */
function checkInstance(
  join: Node,
  index: number,
  ancestor: number | null,
  own: readonly Task[],
  { nodes }: World,
  rig: Rig,
): void {
  const feeders = join.parents.map((parent) => upTo(nodes, parent, ancestor));
  const members = own.filter(({ node }) => feeders.some((one) => one.has(node)));
  const failed = members.filter(({ completedBy }) => completedBy === null);
  const isComplete = join.parents.every((parent, place) => {
    if (join.onError) return failed.some(({ node }) => node === parent);
    if (members.some(({ node, completedBy }) => node === parent && completedBy !== null)) return true;
    return join.isAllDone && failed.some(({ node }) => feeders[place]?.has(node));
  });
  const isMet = !join.isPicky || members.some(({ node, hasKey }) => join.parents.includes(node) && hasKey);
  const isDue = isComplete && isMet && (join.isAllDone || join.onError || failed.length === 0);
  const children = own.filter(({ node }) => node === index);
  const what = `${join.name} of ${ancestor === null ? "a tick" : nodes[ancestor]?.name} in ${workflowOf(nodes)}`;
  assert.equal(children.length, isDue ? 1 : 0, what);
  const [child] = children;
  if (child === undefined) return;
  const expected = members
    .filter(({ node, completedBy }) => join.parents.includes(node) && completedBy !== null)
    .map(({ id }) => id);
  const isParent = (id: number): boolean => expected.includes(id);
  const others = [...child.parents].filter((id) => !isParent(id));
  assert.deepEqual(new Set([...child.parents].filter(isParent)), new Set(expected), what);
  // What completed the join may be a task that failed, or one that led to a parent and ended there.
  assert.ok(others.length <= 1 && others.every((id) => members.some((one) => one.id === id)), what);
  if (!join.isAllDone) return;
  const meta = rig.stored.tasks().find(({ id }) => id === child.id)?.meta ?? "";
  assert.equal(new URLSearchParams(meta).getAll("failed").at(-1), String(failed.length), what);
}

async function holds(isKilled: boolean): Promise<void> {
  await fc.assert(
    fc.asyncProperty(worldArbitrary, async (world) => {
      const rig = await openRig({ workflows: { "flow.toml": workflowOf(world.nodes) } });
      try {
        await run(world, rig, isKilled);
        check(world, rig);
      } finally {
        await rig.close();
      }
    }),
    tries(isKilled ? 20 : 60),
  );
}

it("each join starts exactly once with exactly its set, whatever the order, the restarts and the retries", () =>
  holds(false));

it("each join starts exactly once with exactly its set, with a restart after each transaction", () => holds(true));
