import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import { parseInstant } from "../../../src/contract/time/instant.ts";
import { parseTaskMessage } from "../../../src/contract/task-message.ts";
import type { NotifiedAlert } from "../../../src/contract/api/notified-alert.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { summaryLines, summaryText } from "../../../src/core/alerts/alert-text.ts";
import { parseDuration } from "../../../src/core/time/duration.ts";
import type { NewTask } from "../../../src/core/decide/effects.ts";
import { newAlert } from "../../../src/core/decide/new-alert.ts";
import { taskTime } from "../../../src/core/task/task-time.ts";
import { checkIncomplete } from "../../../src/engine/check-incomplete.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { INCOMPLETE } from "../../../src/store/sqlite/legacy/import-alerts.ts";
import { readLegacyTime } from "../../../src/store/sqlite/legacy/read-time.ts";
import { slackBody } from "../../../src/notify/slack.ts";
import { alertRig } from "../../engine/alerts/alert-rig.ts";
import type { StoredAlert } from "../../engine/rig/reader.ts";
import { openRig, type Rig } from "../../engine/rig/rig.ts";
import { instantText } from "../support/effect-values.ts";

interface SlackStyle {
  readonly channel?: string;
  readonly prefix?: string;
  readonly title?: string;
}
interface SummaryCase {
  readonly alerts: readonly { readonly type: string; readonly job: string; readonly task_time: string }[];
  readonly host: string;
  readonly port: number;
  readonly slack?: SlackStyle;
}
interface AtOnceCase {
  readonly done_message: unknown;
  readonly slack: SlackStyle;
}
interface IncompleteCase {
  readonly checks: number;
  readonly now: string;
  readonly task_ttl: string;
  readonly tasks: readonly Readonly<Record<string, string>>[];
  readonly alerts_before?: readonly { readonly msg: string; readonly task_id: string; readonly type: string }[];
  readonly timezone: string;
}
interface CadenceCase {
  readonly alerts_at: readonly number[];
  readonly min_frequency: string;
  readonly max_frequency: string;
  readonly timezone: string;
  readonly watched: number;
}

export async function answer(input: unknown): Promise<unknown> {
  const one = input as object;
  if ("done_message" in one) return await atOnce(one as AtOnceCase);
  if ("tasks" in one) return await incomplete(one as IncompleteCase);
  if ("alerts_at" in one) return await cadence(one as CadenceCase);
  return summary(one as SummaryCase);
}

function summary({ alerts, host, port, slack }: SummaryCase): unknown {
  const told = alerts.map((alert, index): NotifiedAlert => {
    const time = alert.task_time === "" ? null : parseInstant(alert.task_time);
    const taskTime = time === null ? null : wallOf(time);
    const about = { task_type: alert.type, job: alert.job, task_time: taskTime, workflow: "", message: "boom" };
    const counts = { count: 1, new_count: 1, first_seen: 0, last_seen: 0, open: 1, record_id: null };
    const state = { state: "open", resolved_at: null } as const;
    return {
      id: index + 1,
      type: "retry_exhausted",
      severity: "critical",
      ...state,
      ...about,
      ...counts,
      recovered: false,
    };
  });
  const text = summaryText(told, `${host}:${port}`, "<today>");
  const lines = summaryLines(told);
  if (slack === undefined) return { lines, text };
  return { lines, text, hook_received: text === "" ? [] : [bodyOf(slack, text)] };
}

function bodyOf({ channel = "", prefix = "", title = "" }: SlackStyle, text: string): unknown {
  return slackBody({ channel, prefix, title }, text);
}

/** One message through the engine, its alert through the planner and the sender to a channel that remembers. */
async function atOnce({ done_message: message, slack }: AtOnceCase): Promise<unknown> {
  const rig = await openRig({ workflows: {} });
  const alerts = alertRig(rig);
  try {
    await alerts.turn();
    const payload = typeof message === "string" ? message : JSON.stringify(message);
    await handleDone([{ topic: "done", payload }], rig.context);
    await alerts.turn();
    const raised = rig.stored.alerts().filter(({ type }) => type !== "dead_letter");
    const posted = alerts.received.filter(({ kind }) => kind === "at_once");
    return { alert_records: raised.length, hook_received: posted.map(({ text }) => bodyOf(slack, text)) };
  } finally {
    await rig.close();
  }
}

async function incomplete(one: IncompleteCase): Promise<unknown> {
  const now = parseInstant(one.now) ?? Number.NaN;
  const ttl = Math.max(HOUR, Number((parseDuration(one.task_ttl) ?? 0n) / 1_000_000n));
  const rig = await openRig({ workflows: {}, zone: one.timezone });
  try {
    rig.now = now;
    const earlier = one.alerts_before ?? [];
    const before = earlier
      .filter(({ msg }) => !msg.startsWith(INCOMPLETE))
      .map(({ msg, task_id: taskId, type: taskType }) => newAlert("retry_exhausted", msg, { taskId, taskType }));
    await rig.store.record({ alerts: before, decisions: [] }, now);
    for (const task of one.tasks) {
      // As the import does: whom the older program told that it is unfinished need not be told again.
      const isReported = earlier.some(
        ({ msg, task_id: id, type }) => msg.startsWith(INCOMPLETE) && id === task["id"] && type === task["type"],
      );
      await keep(task, ttl, isReported, rig);
    }
    const found: number[] = [];
    let last = 0;
    for (let check = 0; check < one.checks; check++) {
      await checkIncomplete(rig.context);
      const all = incompleteRows(rig).length;
      found.push(all - last);
      last = all;
    }
    const alerts = incompleteRows(rig).map((row) => ({
      job: row.job,
      msg: row.message,
      task_id: row.task_id,
      task_time: instantText(row.task_time),
      type: row.task_type,
    }));
    return { found_per_check: found, alerts };
  } finally {
    await rig.close();
  }
}

/** Each occurrence of an alert about a missing result, by type, job and run. */
function incompleteRows(rig: Rig): readonly (StoredAlert & { readonly task_id: string })[] {
  const alerts = new Map(rig.stored.alerts().map((alert) => [alert.id, alert]));
  const key = (row: { task_type: string; job: string; task_id: string }): string =>
    [row.task_type, row.job, row.task_id].join("\0");
  return rig.stored
    .occurrences()
    .flatMap(({ alert_id: id, message, task_id }) => {
      const alert = alerts.get(id);
      return alert?.type === "incomplete" ? [{ ...alert, message, task_id }] : [];
    })
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A task without a result is one that Flowlord sent; one with a result is the worker's answer. */
async function keep(task: Readonly<Record<string, string>>, ttl: number, isReported: boolean, rig: Rig): Promise<void> {
  const payload = JSON.stringify(task);
  if ((task["result"] ?? "") !== "") {
    await handleDone([{ topic: "done", payload }], rig.context);
    return;
  }
  const message = parseTaskMessage(payload);
  const time = readLegacyTime(message.created);
  const created = time.kind === "time" ? time.ms : null;
  const attempt = Number(/(?:^|&)retry=(\d+)/.exec(message.meta)?.[1] ?? 0);
  const about = { code: "created_by_hand", phaseId: 0, taskTime: null, data: {} } as const;
  const sent: NewTask = {
    message,
    origin: "manual",
    state: isReported ? "overdue" : "queued",
    dueAt: created ?? rig.now,
    held: false,
    attempt,
    firstAttemptId: null,
    taskTime: taskTime(message.meta, message.info),
    phaseId: 0,
    versionId: 0,
    scheduledAt: null,
    position: 0,
    deadlineAt: isReported ? null : (created ?? rig.now) + ttl,
    holdsSlot: false,
    relation: null,
    decision: about,
  };
  await rig.store.createTasks([sent], rig.now);
}

/** Alerts at their moments, looked at whenever the planner wants to be woken, by a clock that jumps from one to the next. */
async function cadence(one: CadenceCase): Promise<unknown> {
  const rig = await openRig({ workflows: {}, zone: one.timezone });
  const frequency = (text: string): number => Number((parseDuration(text) ?? 0n) / 1_000_000n);
  const [minFrequency, maxFrequency] = [frequency(one.min_frequency), frequency(one.max_frequency)];
  const alerts = alertRig(rig, [{ name: "ops", minFrequency, maxFrequency: Math.max(minFrequency, maxFrequency) }]);
  const start = rig.now;
  const end = start + one.watched * 1000;
  const moments = one.alerts_at.map((at) => start + Math.round(at * 1000)).toSorted((a, b) => a - b);
  const sends: { at: number; alerts: number }[] = [];
  try {
    let look = start;
    for (;;) {
      const next = moments[0] ?? Infinity;
      if (Math.min(next, look) > end) break;
      if (next <= look) {
        rig.now = next;
        moments.shift();
        const alert = newAlert("retry_exhausted", "boom", { taskId: `task-${moments.length}`, taskType: "load" });
        await rig.store.record({ alerts: [alert], decisions: [] }, rig.now);
        continue;
      }
      rig.now = look;
      const before = alerts.received.length;
      look = (await alerts.turn()) ?? Infinity;
      for (const { alerts: told } of alerts.received.slice(before)) {
        const count = told.reduce((sum, alert) => sum + alert.new_count, 0);
        sends.push({ at: Math.floor((rig.now - start) / 1000), alerts: count });
      }
    }
    return { sends };
  } finally {
    await rig.close();
  }
}
