import type { Command } from "commander";
import type { AlertMatcher } from "../../core/alerts/alert-matcher.ts";
import type { SilenceRow } from "../../store/alert-store.ts";
import { alertJson } from "./alert-rows.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime } from "../output/times.ts";

export interface SilenceListFlags extends ConfigFlags {
  readonly ended?: true;
  readonly json?: true;
}

export function withListFlags(command: Command): Command {
  return command.option("--ended", "list ended silences too");
}

export async function showSilences(context: CliContext, flags: SilenceListFlags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ alerts }) => {
    const includeEnded = flags.ended === true;
    const all = await alerts.silences(includeEnded);
    const rows = all.map((row) => asOf(row, context.now())).filter(({ state }) => includeEnded || state !== "ended");
    const { zone } = target;
    if (flags.json === true) for (const row of rows) context.out(JSON.stringify(silenceJson(row, zone)));
    else if (rows.length === 0) context.out("Nothing is silenced.");
    else context.out(silenceTable(rows, zone, context));
    return 0;
  });
}

/** A silence ends at its time, also while no instance runs that would record it. */
function asOf(row: SilenceRow, now: number): SilenceRow {
  return row.removed_at !== null || row.ends_at <= now ? { ...row, state: "ended" } : row;
}

function silenceJson(
  { starts_at: starts, ends_at: ends, created_at: created, removed_at: removed, covered, ...silence }: SilenceRow,
  zone: string,
): object {
  const times = { starts_at: isoTime(starts), ends_at: isoTime(ends), created_at: isoTime(created) };
  return {
    ...silence,
    ...times,
    removed_at: isoTime(removed),
    covered: covered.map((alert) => alertJson(alert, zone)),
  };
}

function silenceTable(rows: readonly SilenceRow[], zone: string, { paint, width }: CliContext): string {
  const cells = rows.map((row) => [
    { text: String(row.id), paint: paint.dim },
    { text: row.state.replaceAll("_", " ") },
    { text: localTime(row.starts_at, zone) },
    { text: localTime(row.removed_at ?? row.ends_at, zone) },
    { text: row.author, paint: paint.bold },
    { text: row.alert_id === null ? matcherText(row.matcher) : `alert ${row.alert_id}` },
    { text: String(row.covers) },
    { text: row.reason },
  ]);
  const heads = ["ID", "STATE", `FROM (${zone})`, `UNTIL (${zone})`, "BY", "SILENCES", "COVERS NOW", "REASON"];
  return table(heads, cells, width);
}

/** In the names of the flags that select alerts. */
export function matcherText({ alerts, types, jobs, workflows, severities, labels }: AlertMatcher): string {
  const lists = { "alert-type": alerts, type: types, job: jobs, workflow: workflows, severity: severities };
  const parts = Object.entries(lists).flatMap(([name, list]) =>
    list.length === 0 ? [] : [`${name}=${list.join(",")}`],
  );
  const pairs = Object.entries(labels).map(([key, value]) => `label ${key}=${value}`);
  return [...parts, ...pairs].join(" ") || "everything";
}
