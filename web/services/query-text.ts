/** A condition of a query, its value in quotes where it needs them: `job:eu`, `job:""`, `meta.file:"a b"`. */
export function condition(field: string, value: string): string {
  return /^[^\s,()"*\\:<>=]+$/.test(value)
    ? `${field}:${value}`
    : `${field}:"${value.replaceAll(/[\\"*]/g, String.raw`\$&`)}"`;
}

/** The tasks of a kind. Without a job: those of the type that have none. */
export function ofKind(type: string, job: string): string {
  return `${condition("type", type)} ${condition("job", job)}`;
}
