/** What a note can be about. */
export const NOTE_TARGETS = ["task", "file", "alert", "phase", "day"] as const;
export type NoteTarget = (typeof NOTE_TARGETS)[number];

/** A note's text, in bytes of UTF-8. */
export const MAX_NOTE_BYTES = 4096;
/** Notes of one target. */
export const MAX_NOTES = 100;

/** As a person names it: `key` is a record or run of a task, the id of a file event or alert, `type[:job]`, or a day. */
export interface NamedTarget {
  readonly kind: NoteTarget;
  readonly key: string;
  /** The workflow file of a phase; null: the one that has it. */
  readonly workflow: string | null;
}

/** `1204` and `task:1204`, `file:17`, `alert:12`, `phase:load:daily`, `day:2026-11-30`. Null for anything else. */
export function parseNoteTarget(text: string): Pick<NamedTarget, "kind" | "key"> | null {
  const at = text.indexOf(":");
  if (at < 0) return text === "" ? null : { kind: "task", key: text };
  const kind = NOTE_TARGETS.find((one) => one === text.slice(0, at));
  const key = text.slice(at + 1);
  return kind === undefined || key === "" ? null : { kind, key };
}

/** `2026-11-30` as the number 20261130. Null when it is no day of the calendar. */
export function dayNumber(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text) return null;
  return Number(text.replaceAll("-", ""));
}

/** `2026-11-30` for 20261130. */
export function dayText(day: number): string {
  const digits = String(day).padStart(8, "0");
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}
