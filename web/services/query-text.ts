/** A value that means exactly this text, in quotes where it needs them: `eu`, `""`, `"a b"`. */
export function valueText(value: string): string {
  return /^[^\s,()"*\\:<>=]+$/.test(value) ? value : `"${value.replaceAll(/[\\"*]/g, String.raw`\$&`)}"`;
}

/** A condition of a query: `job:eu`, `job:""`, `meta.file:"a b"`. */
export function condition(field: string, value: string): string {
  return `${field}:${valueText(value)}`;
}

/** The tasks of a kind. Without a job: those of the type that have none. */
export function ofKind(type: string, job: string): string {
  return `${condition("type", type)} ${condition("job", job)}`;
}

/** Instants, in ms since 1970; the end is not in it. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What was created in this time, to the second. */
export function createdBetween({ from, until }: Span): string {
  const text = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
  // The end of a written range is included: a second before the next step.
  return `created:${text(from)}..${text(until - 1000)}`;
}
