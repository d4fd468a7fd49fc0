import assert from "node:assert/strict";
import { it } from "node:test";
import { parseTaskMessage, type TaskMessage } from "../../src/contract/task-message.ts";
import { HOUR } from "../../src/contract/time/time-units.ts";
import { parseMeta, sortedMeta } from "../../src/core/task/meta.ts";
import { deliver, phase, rootTask } from "./rig/drive.ts";
import { openRig, type Rig } from "./rig/rig.ts";
import { fc, tries } from "../support/seed.ts";

/** A phase of the generated workflow. Its parents come before it. */
interface Node {
  readonly parents: readonly number[];
  readonly retry: number;
  /** Children it makes of one parent. */
  readonly rows: number;
  readonly isGuarded: boolean;
  readonly inherits: boolean;
}

interface World {
  readonly nodes: readonly Node[];
  /** The first phase also follows from the last one, unless a `require` on the way might let it loop without end. */
  readonly isCircle: boolean;
  readonly runs: readonly { readonly isTimed: boolean; readonly hasKey: boolean }[];
  /** The behavior of each task's worker. */
  readonly behaviour: number;
  /** The order of events, repeats and crashes. */
  readonly disorder: number;
}

const nodeArbitrary = fc.record({
  picks: fc.array(fc.nat(100), { minLength: 2, maxLength: 2 }),
  isJoin: fc.boolean(),
  retry: fc.nat(2),
  rows: fc.constantFrom(1, 1, 2, 3),
  isGuarded: fc.boolean(),
  inherits: fc.boolean(),
});

const worldArbitrary: fc.Arbitrary<World> = fc.record({
  nodes: fc.array(nodeArbitrary, { minLength: 1, maxLength: 5 }).map((drafts) => {
    const nodes: Node[] = [{ parents: [], retry: drafts[0]?.retry ?? 0, rows: 1, isGuarded: false, inherits: false }];
    for (const { picks, isJoin, retry, rows, isGuarded, inherits } of drafts) {
      const [first = 0, second = 0] = picks.map((pick) => pick % nodes.length);
      // What a join waits for may be rows of its own or of its parents' ways; it starts once for each task they came of.
      const joins = isJoin && first !== second;
      // The rows that a join brings together have no key of their own any more.
      if (joins) nodes.push({ parents: [first, second], retry, rows: 1, isGuarded, inherits: false });
      else {
        const carries = inherits || rows > 1 || fanOut(nodes, first).length > 0;
        nodes.push({ parents: [first], retry, rows, isGuarded, inherits: carries });
      }
    }
    return nodes;
  }),
  isCircle: fc.boolean(),
  runs: fc.array(fc.record({ isTimed: fc.boolean(), hasKey: fc.boolean() }), { minLength: 1, maxLength: 3 }),
  behaviour: fc.integer(),
  disorder: fc.integer(),
});

/** Phases at or above this one that fan out, up to the join that it comes from. */
function fanOut(nodes: readonly Node[], index: number): number[] {
  const node = nodes[index];
  if (node === undefined) return [];
  const own = node.rows > 1 ? [index] : [];
  return node.parents.length === 1 ? [...fanOut(nodes, node.parents[0] ?? 0), ...own] : own;
}

/** Each task has a text of its own, as two that look the same cannot be told apart by their results. */
function workflowOf({ nodes, isCircle }: World): string {
  return nodes
    .map(({ parents, retry, rows, isGuarded, inherits }, index) => {
      const names = index === 0 && isCircle && !nodes.some((one) => one.isGuarded) ? [nodes.length - 1] : parents;
      return phase(`p${index}`, {
        retry,
        template: `?day={yyyy}${fanOut(nodes, index)
          .map((one) => `&r${one}={meta:r${one}}`)
          .join("")}`,
        ...(names.length > 0 ? { dependsOn: names.map((one) => `p${one}`).join(", ") } : {}),
        ...(names.length > 1 ? { join: "all" } : {}),
        ...(rows > 1 ? { meta: `r${index}:${["x", "y", "z"].slice(0, rows).join(",")}` } : {}),
        ...(isGuarded ? { require: "{meta:key}" } : {}),
        ...(inherits ? { inherit_meta: true } : {}),
        ...(retry > 1 ? { retry_delay: "90s" } : {}),
      });
    })
    .join("");
}

function rootsOf({ runs }: World, rig: Rig): TaskMessage[] {
  return runs.map(({ isTimed, hasKey }, index) =>
    rootTask(rig, {
      type: "p0",
      id: `run-${index}`,
      info: "",
      meta: `workflow=flow.toml${isTimed ? `&cron=2026-11-0${index + 1}T00` : ""}${hasKey ? "&key=1" : ""}`,
    }),
  );
}

/** The reports of a task's worker, in this order: the same for the same task in every run. */
function reportsOf(task: TaskMessage, { nodes, behaviour }: World): TaskMessage[] {
  const node = nodes[Number(task.type.slice(1))];
  const attempt = Number(parseMeta(task.meta).get("retry")?.[0] ?? 0);
  const chance = hash(`${behaviour}|${task.id}|${task.type}|${task.info}`);
  const results = attempt < chance % 4 ? ["error"] : ENDS[(chance >> 4) % ENDS.length];
  const isAbandoned = results?.[0] === "error" && attempt >= (node?.retry ?? 0) && chance % 5 === 0;
  return [...(results ?? []), ...(isAbandoned ? ["complete"] : [])].map((result) => ({ ...task, result }));
}

const ENDS = [
  ["complete"],
  ["complete"],
  ["complete", "error"],
  ["warn", "complete"],
  ["strange", "complete"],
  ["warn"],
  ["alert", "warn"],
];

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (value ^ (value >>> 15)) >>> 1;
}

/** Numbers from 0 up to below `limit`. */
type Dice = (limit: number) => number;

function diceOf(seed: number): Dice {
  let state = seed | 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) % limit;
  };
}

/** Everything in the order in which it was sent, one at a time. */
async function inOrder(world: World): Promise<unknown> {
  const rig = await openRig({ workflows: { "flow.toml": workflowOf(world) } });
  try {
    const waiting = rootsOf(world, rig).flatMap((task) => reportsOf(task, world));
    for (;;) {
      const message = waiting.shift();
      if (message === undefined) {
        rig.now += HOUR;
        if ((await rig.sweep()).length === 0) return outcomeOf(rig);
      } else {
        await deliver(rig, [message]);
      }
      waiting.push(...tasksSent(rig).flatMap((task) => reportsOf(task, world)));
    }
  } finally {
    await rig.close();
  }
}

/** In groups of any size, in any order over the records, with repeats, lost groups, lost acknowledgements and restarts. */
async function inDisorder(world: World): Promise<unknown> {
  const rig = await openRig({ workflows: { "flow.toml": workflowOf(world) } });
  const dice = diceOf(world.disorder);
  try {
    let queues = rootsOf(world, rig).map((task) => reportsOf(task, world));
    const delivered: TaskMessage[] = [];
    for (;;) {
      queues = queues.filter((queue) => queue.length > 0);
      if (queues.length === 0 || dice(5) === 0) {
        rig.now += HOUR;
        if ((await rig.sweep()).length === 0 && queues.length === 0) return outcomeOf(rig);
      }
      const group = takeGroup(queues, delivered, dice);
      const fate = dice(12);
      await deliver(rig, group);
      // Not acknowledged: the process ended after the commit, or the acknowledgement was lost.
      if (fate === 0) await rig.reopen();
      if (fate <= 1) await deliver(rig, group);
      delivered.push(...group);
      queues.push(...tasksSent(rig, dice).map((task) => reportsOf(task, world)));
    }
  } finally {
    await rig.close();
  }
}

function takeGroup(queues: TaskMessage[][], delivered: readonly TaskMessage[], dice: Dice): TaskMessage[] {
  const group: TaskMessage[] = [];
  for (let size = 1 + dice(8); size > 0; size--) {
    const again = delivered[dice(delivered.length + 1)];
    const next = dice(3) === 0 && again !== undefined ? again : queues[dice(queues.length + 1)]?.shift();
    if (next !== undefined) group.push(next);
  }
  return group;
}

/** Messages that workers received; with dice, some confirmations are lost, and a restart sends those tasks again. */
function tasksSent(rig: Rig, dice: Dice | null = null): TaskMessage[] {
  const rows = rig.sent.splice(0);
  rig.store.outboxSent(rows.filter(() => dice === null || dice(6) > 0));
  return rows.filter(({ topic }) => topic !== "retry-failed").map(({ payload }) => parseTaskMessage(payload));
}

async function outcomeOf(rig: Rig): Promise<unknown> {
  const { stored } = rig;
  const tasks = stored.tasks();
  const firstAttempts = new Map(tasks.map((task) => [task.id, task.first_attempt_id]));
  // A child is one of its parent's run, whichever attempt of the parent started it.
  const children = tasks
    .filter((task) => task.attempt === 0 && task.parent_id !== null)
    .map((task) => `${firstAttempts.get(task.parent_id ?? 0)} ${task.phase_id} ${task.position}`);
  assert.equal(new Set(children).size, children.length, "each child once");
  const alertOf = new Map(stored.alerts().map((alert) => [alert.id, alert]));
  const sum = (of: "total" | "complete" | "error"): number =>
    stored.counts("hour").reduce((total, counts) => total + counts[of], 0);
  return {
    tasks: tasks
      .map(({ task_id: id, type, job, info, meta, attempt, state, result }) =>
        JSON.stringify({ id, type, job, info, attempt, state, result, meta: withoutDelay(meta) }),
      )
      .toSorted(),
    alerts: stored
      .occurrences()
      .map((one) => [alertOf.get(one.alert_id), one.task_id] as const)
      .map(([alert, id]) => `${alert?.type} ${alert?.task_type} ${id}`)
      .toSorted(),
    letters: (await rig.store.reads.counts()).deadLetters,
    counted: { total: sum("total"), complete: sum("complete"), error: sum("error") },
  };
}

function withoutDelay(meta: string): string {
  const values = parseMeta(meta);
  values.delete("delayed");
  return sortedMeta(values);
}

it("done messages in any order over the records, repeated and after crashes, end in the same tasks, each child once", async () => {
  await fc.assert(
    fc.asyncProperty(worldArbitrary, async (world) => {
      assert.deepEqual(await inDisorder(world), await inOrder(world));
    }),
    tries(40),
  );
});
