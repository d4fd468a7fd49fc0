import type { DecisionCode } from "./effects.ts";

/** A row of `decisions`, as far as its sentence needs it. */
export interface Explainable {
  readonly code: string;
  readonly phase: { readonly task: string; readonly workflow: string } | null;
  readonly task_time: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

type Sentence = (phase: string, data: Readonly<Record<string, unknown>>) => string;

function list(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

function seconds(value: unknown): string {
  return typeof value === "number" ? `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s` : String(value);
}

const SENTENCES: Readonly<Record<DecisionCode, Sentence>> = {
  tick_fired: (phase) => `started because the schedule of ${phase} was due`,
  tick_skipped: (phase, data) =>
    data["reason"] === undefined
      ? `not started: an earlier task of ${phase} is unfinished (${list(data["active"] ?? "overlap = skip")})`
      : `not started: ${list(data["reason"])}`,
  tick_missed: (phase, data) =>
    data["error"] === undefined
      ? `${list(data["count"] ?? "some")} ticks of ${phase} passed while Flowlord was down; not made up for`
      : `a tick of ${phase} was passed over: ${list(data["error"])}`,
  tick_late: (phase) => `started late: this tick of ${phase} was missed and made up for`,
  batch_empty: (phase) => `nothing to do: the batch of ${phase} has no rows`,
  child_started: (_, data) =>
    `started because ${list(data["parent"])} completed${data["require"] === undefined ? "" : `; its meta has ${list(data["require"])} as required`}${data["join"] === undefined ? "" : `; with it all of ${list(data["join"])} are complete`}`,
  require_missing: (phase, data) => `${phase} not started: the meta lacks ${list(data["missing"])}`,
  join_waiting: (phase, data) => `${phase} not started yet: it waits for ${list(data["waiting_for"])}`,
  cycle: (phase) => `${phase} not started: it stands among its own ancestors for the same task time`,
  child_exists: () => "children not started: an attempt of this task started them before",
  no_rows: (phase, data) => `${phase} not started: ${list(data["reason"])}`,
  retry_scheduled: (_, data) =>
    `retry ${list(data["attempt"])} of ${list(data["of"])}, ${seconds(data["delay_ms"])} after the error${data["error"] === "" ? "" : `: ${list(data["error"])}`}`,
  retries_exhausted: (_, data) =>
    `given up after ${list(data["retries"])} retries${data["error"] === "" ? "" : `: ${list(data["error"])}`}`,
  retry_cancelled: (_, data) => `retry ${list(data["attempt"])} cancelled: the attempt before it completed after all`,
  result_recorded: (_, data) => `result ${list(data["result"])} recorded; nothing follows from it`,
  result_unknown: (_, data) =>
    `result ${JSON.stringify(data["result"])} is not known; the message is among the dead letters`,
  duplicate_ignored: (_, data) =>
    `a repeated message (${list(data["result"])}) was ignored: ${list(data["recorded"])} was recorded before`,
  late_result: (_, data) =>
    `${list(data["result"])} of an earlier attempt came late: recorded, nothing follows from it`,
  failed_fed_back: () => "an exhausted task was fed back: recorded, nothing follows from it",
  phase_unknown: (_, data) =>
    `no phase ${list(data["type"])}${data["job"] === "" ? "" : `:${list(data["job"])}`} is known${data["workflow"] === "" ? "" : ` in ${list(data["workflow"])}`}: no retry`,
  external_task: () => "reported by a worker; Flowlord did not send this task",
  file_matched: (phase, data) => `started because ${list(data["files"])} matches ${list(data["pattern"])} of ${phase}`,
  file_unmatched: (_, data) => `${list(data["path"])} matches no phase`,
  file_repeated: (_, data) => `${list(data["path"] ?? "the event")} was delivered again and ignored`,
  file_gathering: (phase, data) =>
    `${phase} waits for more files: ${list(data["have"])} of ${list(data["want"])} have come`,
  file_missing: (phase, data) =>
    `no file for ${phase} came in time (${list(data["have"] ?? 0)} of ${list(data["want"] ?? 1)})`,
  held: (phase) => `held back: ${phase} has as many unfinished tasks as it may have`,
  released: (phase) => `sent: a slot of ${phase} became free`,
  incomplete: () => "no result came in time",
  alert_suppressed: (_, data) => `no alert: the phase says ${list(data["by"])}`,
  created_by_hand: (_, data) => `created by hand${data["by"] === undefined ? "" : ` (${list(data["by"])})`}`,
  redriven: () => "fed to its topic again from the dead letters",
};

/** What a decision says, for people: one sentence without a full stop. */
export function explain(decision: Explainable): string {
  const sentence = Object.hasOwn(SENTENCES, decision.code) ? SENTENCES[decision.code as DecisionCode] : undefined;
  if (sentence === undefined) return decision.code.replaceAll("_", " ");
  return sentence(decision.phase === null ? "the phase" : decision.phase.task, decision.data);
}
