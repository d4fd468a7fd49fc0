/** A stream's answer to a published message. */
export type Answer = { readonly isStored: true } | { readonly isStored: false; readonly why: string };

/** The answer of a stream, or null when the text is not one. */
export function readAnswer(text: string): Answer | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // Not JSON, so not from a stream.
    return null;
  }
  if (typeof answer !== "object" || answer === null) return null;
  if ("error" in answer && typeof answer.error === "object" && answer.error !== null) {
    const why = "description" in answer.error ? String(answer.error.description) : "no reason given";
    return { isStored: false, why };
  }
  return "stream" in answer && "seq" in answer ? { isStored: true } : null;
}
