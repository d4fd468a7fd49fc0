import { notesAnswer } from "../../contract/api/note-api.ts";
import { whyNotAnswer } from "../../contract/api/tasks/task-detail-api.ts";
import { scheduleAnswer } from "../../contract/api/workflows/plan-api.ts";
import { dayNumber } from "../../contract/note-target.ts";
import type { WhyNot, WhyNotFinding } from "../../core/why/why-not.ts";
import { wallOfText } from "../output/times.ts";
import type { PlanReads } from "../reads/plan-reads.ts";
import { UsageError } from "../usage-error.ts";
import type { ApiClient } from "./api-client.ts";
import { pagesOf } from "./pages.ts";
import { msOf, notesOf, rowOf, type ShownRow } from "./rows.ts";

export function remotePlanReads(client: ApiClient): PlanReads {
  return {
    schedule: async (path, number) => {
      if (path !== null)
        throw new UsageError("An instance elsewhere shows its own workflow files: leave the path out.");
      const zones = new Set<string>();
      const asked = { query: { counts: true }, number };
      const { rows } = await pagesOf(client, "/api/schedule", scheduleAnswer, asked, (page) => {
        for (const zone of page.zones) zones.add(zone);
        return page.ticks;
      });
      const ticks = rows.map((tick) => {
        const { workflow, type, job, owner, description, runbook, zone, info, tasks, reason, held, links } = tick;
        return {
          workflow,
          type,
          job,
          about: { owner, description, runbook },
          zone,
          at: msOf(tick.scheduled_at),
          taskTime: tick.task_time === null ? null : wallOfText(tick.task_time),
          info: info ?? "",
          tasks,
          reason,
          held: held === null ? null : { until: msOf(held.until), by: held.by, reason: held.reason ?? "" },
          links,
          notes: notesOf("phase", tick.phase_id, tick.notes),
        };
      });
      return { ticks, zones: [...zones], rejected: [], problems: [] };
    },
    whyNot: async ({ type, job, workflow, at }) => {
      const { answers } = await client.get("/api/why-not", whyNotAnswer, { type, job, workflow, at });
      return answers.map(({ notes, day_notes: ofDay, ...json }) => {
        const answer = whyNotOf(json);
        const day = dayNumber((json.task_time ?? "").slice(0, 10)) ?? 0;
        return {
          answer,
          phaseNotes: notesOf("phase", answer.phase?.id ?? 0, notes),
          dayNotes: notesOf("day", day, ofDay),
        };
      });
    },
    notesOn: async ({ kind, key, workflow }) => {
      const { target, notes } = await client.get("/api/notes", notesAnswer, { kind, key, workflow });
      return { target, notes: notesOf(kind, 0, notes) };
    },
  };
}

/** With the answers about parents within. */
function whyNotOf(json: ShownRow<WhyNot>): WhyNot {
  const { findings, ...answer } = rowOf<WhyNot>(json);
  return {
    ...answer,
    findings: findings.map(({ why_not: ofParent, ...finding }): WhyNotFinding =>
      ofParent === undefined ? finding : { ...finding, why_not: whyNotOf(ofParent) },
    ),
  };
}
