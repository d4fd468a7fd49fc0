import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { closeQuestion, useQuestion } from "../../web/acting/ask.ts";
import { useTaskCommands } from "../../web/acting/use-task-commands.ts";
import { commandGroups } from "../../web/services/commands.ts";
import { KEY_GROUPS } from "../../web/services/key-names.ts";
import { useKeys } from "../../web/services/keys.ts";
import { meQuery, queryClient } from "../../web/services/queries.ts";
import { KeyHelp } from "../../web/shell/key-help.tsx";
import { answerWith } from "./support/api.ts";
import { show } from "./support/shown.tsx";

const WEB = join(import.meta.dirname, "../../web");
/** Handled by what has the focus: a row, a field, a dialog. */
const OF_ELEMENTS = new Set(["Enter", "Escape"]);

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function sources(): string {
  const names = readdirSync(WEB, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith("key-names.ts"))
    .map((name) => readFileSync(join(WEB, name), "utf8"))
    .join("\n");
}

test("every key of the help is handled somewhere; the types hold the other way", () => {
  const text = sources();
  for (const key of Object.values(KEY_GROUPS).flatMap((group) => Object.keys(group))) {
    const escaped = key.replaceAll(/[^\w\s]/g, String.raw`\$&`);
    const isHandled = new RegExp(String.raw`[{,(\s](?:${escaped}|"${escaped}"): |key: "${escaped}"`).test(text);
    expect(OF_ELEMENTS.has(key) || isHandled, `${key} is in the help, and nothing handles it`).toBe(true);
  }
});

test("the help names every key", () => {
  render(<KeyHelp onClose={() => undefined} />);
  for (const what of Object.values(KEY_GROUPS).flatMap((group) => Object.values(group))) screen.getByText(what);
});

function Handler({ go, focus }: { readonly go: () => void; readonly focus: () => void }) {
  useKeys({ "g t": go, "/": focus });
  return <input aria-label="field" />;
}

test("two keys after each other are a pair, and what is typed into a field is not a key", () => {
  const [go, focus] = [vi.fn(), vi.fn()];
  render(<Handler go={go} focus={focus} />);
  fireEvent.keyDown(document.body, { key: "g" });
  fireEvent.keyDown(document.body, { key: "t" });
  expect(go).toHaveBeenCalledTimes(1);
  fireEvent.keyDown(screen.getByLabelText("field"), { key: "/" });
  expect(focus).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: "/" });
  expect(focus).toHaveBeenCalledTimes(1);
});

function Selection() {
  useTaskCommands({ selection: { ids: [1, 2] }, count: 2 });
  const question = useQuestion();
  return <p>{question === null ? "nothing is asked" : `asked to ${question.kind}`}</p>;
}

test("the key of a command runs it while its view is shown, for who may", async () => {
  answerWith({ "GET /api/me": { name: "ann", role: "operator", via: "session" } });
  await show(Selection);
  await waitFor(() => expect(commandGroups()[0]?.name).toBe("For the 2 selected"));
  fireEvent.keyDown(document.body, { key: "e" });
  await screen.findByText("asked to retry");
  cleanup();
  expect(commandGroups()).toEqual([]);
  closeQuestion();
});

test("a viewer has no such key", async () => {
  answerWith({ "GET /api/me": { name: "vic", role: "viewer", via: "session" } });
  await show(Selection);
  await waitFor(() => expect(queryClient.getQueryData(meQuery.queryKey)).toBeTruthy());
  fireEvent.keyDown(document.body, { key: "e" });
  expect(screen.getByText("nothing is asked")).toBeTruthy();
});
