import { afterEach, expect, test, vi } from "vitest";
import { change, get } from "../../../web/services/api.ts";
import { noteLeave, noteLogin, useSessionEnd, waitingChanges } from "../../../web/services/session.ts";
import { renderHook } from "@testing-library/react";

const OVER = { status: 401, code: "session_over", detail: "The session is over: log in." };
const answer = (status: number, body: object): Response => new Response(JSON.stringify(body), { status });
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

afterEach(() => {
  noteLeave();
  vi.unstubAllGlobals();
});

test("what a session that is over refuses waits for the login, and is sent then", async () => {
  const fetched = vi
    .fn<() => Promise<Response>>()
    .mockResolvedValueOnce(answer(401, OVER))
    .mockResolvedValueOnce(answer(200, { changed: 3 }));
  vi.stubGlobal("fetch", fetched);
  const sent = change<{ changed: number }>("POST", "/api/tasks/actions", { action: "retry" }, "k");
  await nextTurn();
  const { result } = renderHook(useSessionEnd);
  expect(result.current?.code).toBe("session_over");
  expect(waitingChanges()).toBe(1);
  noteLogin();
  expect(await sent).toEqual({ changed: 3 });
  expect(fetched.mock.calls[1]).toEqual(fetched.mock.calls[0]);
  expect(waitingChanges()).toBe(0);
});

test("a read waits as well, but is no change; who leaves sends nothing", async () => {
  const fetched = vi.fn<() => Promise<Response>>().mockResolvedValue(answer(401, OVER));
  vi.stubGlobal("fetch", fetched);
  void get("/api/summary");
  await nextTurn();
  expect(waitingChanges()).toBe(0);
  noteLeave();
  noteLogin();
  await nextTurn();
  expect(fetched).toHaveBeenCalledOnce();
});

test("a wrong password is an answer, and says when the next is looked at", async () => {
  const refused = new Response(JSON.stringify({ status: 429, code: "too_many_logins", detail: "Too many." }), {
    status: 429,
    headers: { "retry-after": "47" },
  });
  vi.stubGlobal("fetch", async () => refused);
  await expect(change("POST", "/api/login", {})).rejects.toMatchObject({ code: "too_many_logins", retryAfter: 47 });
});
