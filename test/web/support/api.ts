import { vi } from "vitest";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly key: string | null;
}

/** An API that answers from a table: "GET /api/me" → what it says, or what a function makes of what was asked. */
export function answerWith(answers: Readonly<Record<string, unknown>>): readonly Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (path: string, { method, body, headers }: RequestInit) => {
    const request = {
      method: method ?? "GET",
      path,
      body: typeof body === "string" ? (JSON.parse(body) as unknown) : null,
      key: new Headers(headers).get("idempotency-key"),
    };
    asked.push(request);
    const found = answers[`${request.method} ${path.split("?")[0]}`];
    const answer: unknown = typeof found === "function" ? (found as (of: Asked) => unknown)(request) : found;
    if (answer instanceof Response) return answer;
    return answer === undefined
      ? refusal(404, "not_found", "There is nothing.")
      : new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
  });
  return asked;
}

export function refusal(status: number, code: string, detail: string): Response {
  return new Response(JSON.stringify({ code, detail }), { status });
}
