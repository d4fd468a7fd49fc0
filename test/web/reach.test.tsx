import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ActButton } from "../../web/acting/act-button.tsx";
import { get } from "../../web/services/api.ts";
import { meQuery, queryClient } from "../../web/services/queries.ts";
import { TopBar } from "../../web/shell/top-bar.tsx";
import { answerWith } from "./support/api.ts";
import { show } from "./support/shown.tsx";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("while the server is away the bar says since when and when it tries again, and nothing can be changed", async () => {
  answerWith({ "GET /api/me": { name: "ann", role: "operator", via: "session" }, "GET /api/health/live": {} });
  await show(() => (
    <>
      <TopBar title="Tasks" />
      <ActButton>Retry 2…</ActButton>
    </>
  ));
  const retry = await screen.findByRole<HTMLButtonElement>("button", { name: "Retry 2…" });
  expect(retry.disabled).toBe(false);
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("refused");
  });
  await act(() => get("/api/tasks").catch(() => undefined));
  screen.getByText("Flowlord does not answer.");
  screen.getByText(/The figures are of \d\d:\d\d:\d\d/);
  screen.getByText(/next try in \d+ s/);
  expect(screen.queryByRole("button", { name: /^Search/ })).toBeNull();
  expect(retry.disabled).toBe(true);
  expect(queryClient.getQueryData(meQuery.queryKey)?.name).toBe("ann");
  answerWith({ "GET /api/health/live": {} });
  fireEvent.click(screen.getByRole("button", { name: "Try now" }));
  await screen.findByRole("button", { name: /^Search/ });
  expect(retry.disabled).toBe(false);
});
