import assert from "node:assert/strict";

/** Says that a file came, as a script beside its writer would. */
export async function report(url: string, path: string): Promise<void> {
  const answer = await fetch(`${url}/api/files`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ path, size: 212_000_000 }),
  });
  assert.ok(answer.ok, await answer.text());
}
