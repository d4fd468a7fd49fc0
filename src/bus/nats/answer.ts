/** What a stream says to a message. */
export type Answer = { readonly isStored: true } | { readonly isStored: false; readonly why: string };

/** The answer of a stream, or null for a text that is none. */
export function readAnswer(text: string): Answer | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // Not JSON: not a stream's.
    return null;
  }
  if (typeof answer !== "object" || answer === null) return null;
  if ("error" in answer && typeof answer.error === "object" && answer.error !== null) {
    const why = "description" in answer.error ? String(answer.error.description) : "it did not say why";
    return { isStored: false, why };
  }
  return "stream" in answer && "seq" in answer ? { isStored: true } : null;
}
