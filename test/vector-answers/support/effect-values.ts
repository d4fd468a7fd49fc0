/** How the recorded answers write a moment: to the second, and Go's zero time for none. */
export function instantText(ms: number | null): string {
  return ms === null ? "0001-01-01T00:00:00Z" : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The text of an error is a hint: ours must be there, in words of its own. */
export function withoutErrorText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutErrorText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key === "error" && typeof field === "string" ? "<text>" : withoutErrorText(field),
    ]),
  );
}
