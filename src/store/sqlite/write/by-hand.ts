import { present } from "../../../contract/present.ts";
import type { TaskMessage } from "../../../contract/task-message.ts";
import type { Marker } from "../../../core/decide/by-hand/marks.ts";
import type { RetryDecider } from "../../../core/decide/by-hand/retry-task.ts";
import type { JoinReviewer } from "../../../core/decide/decider.ts";
import type { NewDecision } from "../../../core/decide/effects.ts";
import type { Acted, ActedTask, ByHandStore } from "../../by-hand-store.ts";
import { messageOf, type RecordRow } from "../tasks/task-records.ts";
import type { EffectsWriter } from "./effects-writer.ts";
import type { Ingest } from "./ingest.ts";
import type { Tables } from "./tables.ts";
import type { Gathered, Writer } from "./writer.ts";

/** More than ever follows from one task. */
const MAX_DESCENDANTS = 100_000;
/** More than anybody retries a task. */
const MAX_ATTEMPTS = 10_000;

type Parts = Pick<
  Tables,
  "alerts" | "bulkJobs" | "failures" | "records" | "sentTasks" | "relationships" | "joins" | "decisions"
>;

/** What people do with tasks, on the writing connection. */
export class SqliteByHandStore implements ByHandStore {
  readonly #tables: Parts;
  readonly #writer: Writer;
  readonly #ingest: Ingest;
  readonly #effects: EffectsWriter;

  constructor(tables: Parts, writer: Writer, ingest: Ingest, effects: EffectsWriter) {
    this.#tables = tables;
    this.#writer = writer;
    this.#ingest = ingest;
    this.#effects = effects;
  }

  async made(recordIds: readonly number[]): ReturnType<ByHandStore["made"]> {
    const { records, sentTasks } = this.#tables;
    return recordIds.flatMap((named) => {
      const latest = this.#latest(named);
      const sent = latest === null ? null : sentTasks.row(latest.recordId);
      if (latest === null || sent === null) return [];
      let first = sent;
      for (let steps = 0; first.origin === "retry" && first.parentId !== null && steps < MAX_ATTEMPTS; steps++)
        first = sentTasks.row(first.parentId) ?? { ...first, parentId: null };
      const parent = first.parentId === null ? null : records.messageRow(first.parentId);
      const { origin, position, scheduledAt } = first;
      const { phaseId, taskTime } = sent;
      const phaseOfParent = first.parentId === null ? 0 : (records.byId(first.parentId)?.phaseId ?? 0);
      return {
        named,
        recordId: latest.recordId,
        sent: messageOf(sent),
        taskTime,
        phaseId,
        origin,
        position,
        scheduledAt,
        parent:
          parent === null ? null : { message: messageOf(parent), taskTime: parent.taskTime, phaseId: phaseOfParent },
      };
    });
  }

  async addToJob(...[job, recordIds, now]: Parameters<ByHandStore["addToJob"]>): ReturnType<ByHandStore["addToJob"]> {
    const { bulkJobs } = this.#tables;
    return this.#writer.transaction(() => {
      const id = job.id ?? bulkJobs.create(job.request, now);
      if (bulkJobs.byId(id)?.state === "filling") {
        bulkJobs.add(id, recordIds);
        if (job.begins) bulkJobs.begin(id);
      }
      return bulkJobs.byId(id);
    });
  }

  async nextOfJob(after: number, limit: number, now: number): ReturnType<ByHandStore["nextOfJob"]> {
    const { bulkJobs } = this.#tables;
    for (let step = bulkJobs.next(after, limit); step !== null; step = bulkJobs.next(after, limit)) {
      if (step.items.length > 0) return step;
      const { id } = step;
      this.#writer.transaction(() => bulkJobs.finish(id, now));
    }
    return null;
  }

  async retry(recordIds: readonly number[], decider: RetryDecider, now: number, jobId?: number): Promise<Acted> {
    return this.#act(recordIds, jobId, (latest, gathered) => this.#retry(latest, decider, now, gathered));
  }

  async cancel(
    recordIds: readonly number[],
    { why, reviewer, withChildren }: Parameters<ByHandStore["cancel"]>[1],
    now: number,
    jobId?: number,
  ): ReturnType<ByHandStore["cancel"]> {
    const stop: TaskMessage[] = [];
    const acted = this.#act(recordIds, jobId, (latest, gathered) => {
      const cancel = (one: RecordRow): readonly number[] => this.#cancel(one, why, reviewer, now, gathered, stop);
      const isOpen = isUnfinished(latest);
      const made = isOpen ? cancel(latest) : [];
      const followed = withChildren ? this.#cancelWithChildren([latest.firstAttemptId, ...made], cancel) : 0;
      const changed = isOpen ? latest.recordId : null;
      if (isOpen || followed > 0) return withChildren ? { changed, followed } : { changed };
      const rest = withChildren ? ", and so is all that followed from it" : "";
      return `it is ${latest.state === "cancelled" ? "cancelled" : "finished"} already${rest}`;
    });
    return { ...acted, stop };
  }

  async mark(recordIds: readonly number[], marker: Marker, now: number, jobId?: number): Promise<Acted> {
    return this.#act(recordIds, jobId, (latest, gathered) => {
      const refusal = marker.refusal(latest);
      if (refusal !== null) return refusal;
      const row = present(this.#tables.records.messageRow(latest.recordId), `record ${latest.recordId}`);
      const message = marker.read(messageOf(row), row.taskTime, latest);
      this.#ingest.answer(message, latest, marker.decider, now, gathered);
      return latest.recordId;
    });
  }

  /** `act` returns the record that it changed or made, more about that, or why it did nothing. */
  #act(
    recordIds: readonly number[],
    jobId: number | undefined,
    act: (latest: RecordRow, gathered: Gathered) => number | string | Pick<ActedTask, "changed" | "followed">,
  ): Acted {
    this.#tables.alerts.refresh();
    return this.#writer.transaction((gathered) => {
      const results = recordIds.map((recordId): ActedTask => {
        const latest = this.#latest(recordId);
        const done = latest === null ? "there is no such record" : act(latest, gathered);
        if (typeof done === "string") return { recordId, changed: null, refused: done };
        return { recordId, refused: null, ...(typeof done === "number" ? { changed: done } : done) };
      });
      if (jobId !== undefined) this.#tables.bulkJobs.did(jobId, results);
      return { outbox: gathered.outbox, results };
    });
  }

  /** The latest attempt of the task of a record, also one that began anew. */
  #latest(recordId: number): RecordRow | null {
    const { records, relationships } = this.#tables;
    const named = records.byId(recordId);
    if (named === null) return null;
    let first = named.firstAttemptId;
    let restart = relationships.restartOf(first);
    while (restart !== null) {
      first = restart;
      restart = relationships.restartOf(first);
    }
    return records.laterAttempt(first, 0) ?? records.byId(first) ?? named;
  }

  #retry(latest: RecordRow, decider: RetryDecider, now: number, gathered: Gathered): number | string {
    const { records, relationships, joins, decisions } = this.#tables;
    const sent = present(this.#tables.sentTasks.row(latest.recordId), `record ${latest.recordId}`);
    const first = latest.firstAttemptId;
    const hasFollowed = relationships.childrenStarted(first, []) || joins.hasStarted(first);
    const slots = new Map(decider.slots(latest).map((phaseId) => [phaseId, records.slots(phaseId)]));
    const task = decider.decide({ latest, sent: messageOf(sent), taskTime: sent.taskTime, hasFollowed, slots });
    if (typeof task === "string") return task;
    // Its worker is lost: the new attempt has its slot.
    if (task.relation !== null) this.#effects.cancel(latest.recordId, gathered);
    const made = this.#effects.create(task, now, gathered, latest);
    if (made === null) return "the same attempt was made already";
    if (task.relation === null) {
      const { by = "" } = task.decision.data as { by?: string };
      const copied = {
        code: "copied_by_hand",
        phaseId: latest.phaseId,
        taskTime: sent.taskTime,
        data: { by, copy: made },
      } as const;
      decisions.add(copied, { recordId: latest.recordId, fileMessageId: null }, now);
      this.#tables.failures.copied(latest.recordId, made);
    }
    if (task.restarts === true) this.#restart(first, made);
    return made;
  }

  /** What followed from the task will follow once more: its joins wait for the new one, with what they have of others. */
  #restart(first: number, made: number): void {
    const { sentTasks, joins } = this.#tables;
    sentTasks.closeAttempts(first);
    joins.replace(first, made);
    for (const child of this.#descendants([first])) if (child !== made) joins.forgetTask(child);
  }

  /** First attempts of all that followed from these. */
  #descendants(roots: readonly number[]): ReadonlySet<number> {
    const { relationships } = this.#tables;
    const found = new Set<number>();
    const waiting = [...roots];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const child of relationships.childrenOf(next)) {
        if (found.has(child) || found.size >= MAX_DESCENDANTS) continue;
        found.add(child);
        waiting.push(child);
      }
    }
    return found;
  }

  #cancelWithChildren(roots: readonly number[], cancel: (one: RecordRow) => readonly number[]): number {
    let cancelled = 0;
    let next: readonly number[] = roots;
    while (next.length > 0) {
      const made: number[] = [];
      for (const child of new Set([...next, ...this.#descendants(next)])) {
        const latest = this.#latest(child);
        if (latest === null || !isUnfinished(latest)) continue;
        made.push(...cancel(latest));
        cancelled += 1;
      }
      next = made;
    }
    return cancelled;
  }

  /** Returns the tasks that a join started for that. */
  #cancel(
    one: RecordRow,
    why: NewDecision,
    reviewer: JoinReviewer,
    now: number,
    gathered: Gathered,
    stop: TaskMessage[],
  ): readonly number[] {
    const { sentTasks } = this.#tables;
    const sent = present(sentTasks.row(one.recordId), `record ${one.recordId}`);
    const about = { ...why, phaseId: one.phaseId, taskTime: sent.taskTime, data: { ...why.data, was: one.state } };
    const made = this.#ingest.cancel(one.recordId, about, reviewer, now, gathered) ?? [];
    sentTasks.close(one.recordId);
    if (one.state !== "waiting") stop.push(messageOf(sent));
    return made.filter((id) => id !== null);
  }
}

function isUnfinished({ state }: RecordRow): boolean {
  return state !== "finished" && state !== "cancelled";
}
