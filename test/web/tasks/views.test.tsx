import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { Views } from "../../../web/routes/tasks/side/views.tsx";
import { answerWith } from "../support/api.ts";
import { show } from "../support/shown.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const VIEW = { id: 4, page: "tasks", query: "type:load", sort: "-run", columns: ["status", "job"] };
const OWN = { ...VIEW, name: "Loads", owner: "ann", is_shared: false };
const SHARED = { ...VIEW, id: 5, name: "Slow loads", owner: "bob", is_shared: true };

async function showViews(role: string) {
  const asked = answerWith({
    "GET /api/me": { name: "ann", role, via: "session" },
    "GET /api/views": { views: [OWN, SHARED], pagination: {} },
    "GET /api/tasks": { tasks: [], pagination: { total: 2, total_is: "exact" } },
    "PUT /api/views/4": OWN,
  });
  const search = { q: "type:load job:eu", sort: "run" };
  await show(() => <Views search={search} tz="UTC" onOpenView={undefined} />);
  await screen.findByRole("button", { name: "Change the view Loads" });
  return asked;
}

const save = (): void => {
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
};

test("a view is shared with everybody, and keeps what it searches for, its order and its columns", async () => {
  const asked = await showViews("operator");
  fireEvent.click(screen.getByRole("button", { name: "Change the view Loads" }));
  fireEvent.click(await screen.findByLabelText("Everybody has it in their list"));
  save();
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const sent = asked.find(({ method }) => method === "PUT");
  expect(sent?.path).toBe("/api/views/4");
  expect(sent?.body).toEqual({
    name: "Loads",
    is_shared: true,
    page: "tasks",
    query: "type:load",
    sort: "-run",
    columns: ["status", "job"],
  });
});

test("a view is replaced by what is shown now", async () => {
  const asked = await showViews("operator");
  fireEvent.click(screen.getByRole("button", { name: "Change the view Loads" }));
  fireEvent.click(await screen.findByLabelText("Replace its search with what is shown now"));
  fireEvent.click(screen.getByLabelText("With the columns as they are now"));
  save();
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked.find(({ method }) => method === "PUT")?.body).toMatchObject({
    name: "Loads",
    is_shared: false,
    query: "type:load job:eu",
    sort: "run",
    columns: [],
  });
});

test("a viewer shares nothing, and changes no view of another", async () => {
  await showViews("viewer");
  screen.getByRole("link", { name: /^Slow loads/ });
  expect(screen.queryByRole("button", { name: "Change the view Slow loads" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Change the view Loads" }));
  await screen.findByLabelText("Name");
  expect(screen.queryByLabelText("Everybody has it in their list")).toBeNull();
});
