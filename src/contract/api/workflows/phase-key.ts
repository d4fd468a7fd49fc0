/** A phase as a request names it: by its id, or by what its tasks are. */
export type PhaseKey = { readonly phaseId: number } | { readonly type: string; readonly job: string | null };

/** `12`, `load`, `load:` or `load:daily`: an id, a type with any job, or with this one. Null: none of these. */
export function parsePhaseKey(text: string): PhaseKey | null {
  if (/^[1-9]\d{0,14}$/.test(text)) return { phaseId: Number(text) };
  const at = text.indexOf(":");
  const type = at < 0 ? text : text.slice(0, at);
  const job = at < 0 ? "" : text.slice(at + 1);
  return type === "" ? null : { type, job: job === "" ? null : job };
}

/** With the colon also where there is no job: a type of digits is no id. */
export function phaseKeyText({ type, job }: { readonly type: string; readonly job: string | null }): string {
  return `${type}:${job ?? ""}`;
}
