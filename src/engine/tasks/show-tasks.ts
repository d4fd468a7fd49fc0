import type { Scope } from "../../contract/api/access/scope.ts";
import { linksOf, type LinkTemplate } from "../../core/task/task-links.ts";
import { isoTimes } from "../../core/time/iso-times.ts";
import { partsOf } from "../../core/time/wall-time.ts";
import { why } from "../../core/why/why.ts";
import { explainAll } from "../../core/why/explain.ts";
import { historyJson, whyJson, whyNotJson } from "../../core/why/why-json.ts";
import type { WhyNot } from "../../core/why/why-not.ts";
import type { LineageCaps } from "../../store/lineage-queries.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import type { NoteTarget } from "../../contract/note-target.ts";
import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import type { ReadStore } from "../../store/store.ts";
import type { Runtime } from "../context.ts";
import { graphWithin } from "../access/graph-within.ts";
import { requireTasks, visibleTasks } from "../access/out-of-scope.ts";
import { lineageWithin, refuseForeignParents, tasksWithin } from "./shown-within.ts";
import { UnknownTaskError } from "./unknown-task.ts";
import { queryWhyNot, type WhyNotQuery } from "../query-why-not.ts";
import { apiTime, listedNote, listedTask, shownTask } from "./list-tasks.ts";

/** What an instance knows beside its database. */
export interface InstanceFacts {
  /** The workflows in force. */
  readonly graph: () => WorkflowGraph;
  readonly links: readonly LinkTemplate[];
  /** That no worker would run the task; null: one does, or it is not known. */
  readonly noWorker: (task: { readonly type: string; readonly job: string }) => string | null;
}

export interface ShowerParts extends InstanceFacts {
  readonly reads: ReadStore;
  /** What whoever asks may see: other tasks are as if they did not exist. */
  readonly scope: Scope | null;
  readonly runtime: Pick<Runtime, "now" | "zone">;
  /** Of the newest output of an attempt; null: none is known. */
  readonly logOf: (record: LoggedRecord) => Promise<object | null>;
}

/** Which tasks a graph has: the complete run, or what a task came from, or what came from it. */
export type GraphOf = "run" | "ancestors" | "descendants";

/** Tasks as the API shows them, times as RFC 3339. Each throws UnknownTaskError. */
export function taskShower({ reads, scope, runtime, graph, links, noWorker, logOf }: ShowerParts) {
  const { zone } = runtime;

  async function notesOn(target: NoteTarget, id: number | null) {
    return id === null ? [] : (await reads.notes.of(target, [id])).map(listedNote);
  }

  /** The tasks beside the one that is shown. */
  async function seen<T extends { readonly record_id: number }>(tasks: readonly T[]): Promise<readonly T[]> {
    if (scope === null || tasks.length === 0) return tasks;
    const ids = await visibleTasks(
      tasks.map((one) => one.record_id),
      scope,
      reads,
    );
    return tasks.filter((one) => ids.has(one.record_id));
  }

  async function outputOf(recordId: number): Promise<object | null> {
    const [record] = await reads.logs.tasks(String(recordId));
    return record === undefined ? null : await logOf(record);
  }

  async function answerOf(answer: WhyNot) {
    const { year, month, day } = partsOf(answer.task_time);
    return {
      ...whyNotJson(answer),
      notes: await notesOn("phase", answer.phase?.id ?? null),
      day_notes: await notesOn("day", year * 10_000 + month * 100 + day),
    };
  }

  return {
    task: async (recordId: number) => {
      await requireTasks([recordId], scope, reads);
      const [found] = await reads.taskHistory(String(recordId));
      if (found === undefined) throw new UnknownTaskError(recordId);
      const history = { ...found, parents: await seen(found.parents), children: await seen(found.children) };
      const { task } = history;
      const [phase] = await reads.phases.ofTasks([recordId]);
      const shown = {
        notes: await notesOn("task", task.first_attempt_id),
        links: linksOf(links, { ...task, record: recordId }),
        log: await outputOf(recordId),
      };
      const about = phase === undefined ? null : { task: phase.task, workflow: phase.workflow, ...aboutOf(phase) };
      const ofTask = task.task_zone ?? zone;
      const explained = { ...history, decisions: explainAll(history.decisions, ofTask) };
      return {
        ...historyJson(explained, shown, about, ofTask, apiTime),
        task: shownTask(task, zone),
        zone: ofTask,
      };
    },

    attempts: async (recordId: number) => {
      await requireTasks([recordId], scope, reads);
      const attempts = await seen(await reads.views.attempts(recordId));
      if (attempts.length === 0) throw new UnknownTaskError(recordId);
      return attempts.map((row) => listedTask(row, zone));
    },

    why: async (recordId: number) => {
      await requireTasks([recordId], scope, reads);
      const [found] = await reads.lineage.why(String(recordId));
      if (found === undefined) throw new UnknownTaskError(recordId);
      const facts = { ...found, parents: await seen(found.parents), children: await seen(found.children) };
      const { task, phase } = facts;
      const shown = {
        notes: await notesOn("task", task.first_attempt_id),
        phaseNotes: await notesOn("phase", phase?.id ?? null),
        links: linksOf(links, { ...task, record: recordId }),
        log: await outputOf(recordId),
      };
      const ofTask = task.task_zone ?? zone;
      const answer = why(facts, runtime.now(), ofTask, noWorker(task));
      return { ...whyJson(facts, answer, shown, zone, apiTime), last_attempt: facts.last_attempt, zone: ofTask };
    },

    graph: async (recordId: number, of: GraphOf, caps: LineageCaps) => {
      await requireTasks([recordId], scope, reads);
      const { lineage } = reads;
      const found = await (of === "run" ? lineage.run(String(recordId), caps) : lineage[of](recordId, caps));
      if (found === null) throw new UnknownTaskError(recordId);
      return {
        tasks: tasksWithin(found.tasks, scope).map((one) => isoTimes(one, zone, apiTime)),
        caps: found.caps,
        truncated: found.truncated,
      };
    },

    whyNot: async (query: WhyNotQuery) => {
      const inForce = graph();
      const { lineage } = reads;
      if (scope !== null) refuseForeignParents(query, inForce, scope);
      const sources = {
        lineage: scope === null ? lineage : lineageWithin(lineage, scope),
        graph: graphWithin(inForce, scope),
        now: runtime.now(),
        zone,
        noWorker,
      };
      const answers = await queryWhyNot(query, sources);
      return await Promise.all(answers.map(answerOf));
    },
  };
}

function aboutOf({ owner, description, runbook }: { owner: string; description: string; runbook: string }) {
  return { owner, description, runbook };
}
