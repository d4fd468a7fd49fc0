import { expect, test } from "vitest";
import { weakness } from "../../../web/components/new-password.ts";
import { auditWords } from "../../../web/routes/system/access/audit/audit-words.ts";
import { compareTexts } from "../../../web/components/diff/compare-texts.ts";
import { browserName } from "../../../web/routes/system/access/browser-name.ts";
import { roleProblem } from "../../../web/routes/system/access/role-fields.tsx";
import { dayAfter, dayBefore, dayStart } from "../../../web/services/day-start.ts";
import { PASSWORD_MAX, PASSWORD_MIN } from "../../../src/contract/api/access/access-api.ts";

const ENTRY = {
  id: 1,
  at: "2026-01-14T09:00:00.000Z",
  who: "anna",
  via: "session",
  address: "192.0.2.1",
  request_id: "r",
  outcome: "done",
  before: null,
  after: null,
} as const;

test("an entry of the audit log is a sentence", () => {
  const changed = auditWords({
    ...ENTRY,
    act: "PUT /api/users/{name}",
    target: "/api/users/lea%40home?x=1",
    before: { name: "lea@home", role: "viewer" },
    after: { name: "lea@home", role: "operator" },
  });
  expect(changed).toEqual({ verb: "Changed", what: "person lea@home", change: "viewer → operator" });
  const command = auditWords({ ...ENTRY, act: "access.changeUser", target: "", after: ["lea", { disabled: true }] });
  expect(command).toMatchObject({ verb: "Changed", what: "person lea" });
  const unknown = auditWords({ ...ENTRY, act: "POST /api/later", target: "/api/later" });
  expect(unknown).toEqual({ verb: "POST /api/later", what: "/api/later", change: "" });
});

test("what was changed is found by line and letter", () => {
  const { before, after } = compareTexts(
    '{\n  "role": "viewer",\n  "id": 3\n}',
    '{\n  "role": "operator",\n  "id": 3\n}',
  );
  expect(before.map(({ isChanged }) => isChanged)).toEqual([false, true, false, false]);
  const marked = (lines: typeof before): string => lines[1]?.text.slice(...(lines[1].mark ?? [0, 0])) ?? "";
  expect([marked(before), marked(after)]).toEqual(["viewe", "operato"]);
  const added = compareTexts("a\nc", "a\nb\nc");
  expect(added.after.map(({ isChanged, mark }) => [isChanged, mark])).toEqual([
    [false, null],
    [true, null],
    [false, null],
  ]);
  expect(compareTexts("", "x").before).toEqual([]);
  expect(compareTexts("same", "same").after[0]?.isChanged).toBe(false);
});

test("a password is held to the rules of the server", () => {
  expect(weakness("anna", "x".repeat(PASSWORD_MIN))).toBe(null);
  expect(weakness("anna", "x".repeat(PASSWORD_MIN - 1))).toMatch(/1 more/);
  expect(weakness("anna", "x".repeat(PASSWORD_MAX + 1))).toMatch(/at most 200/);
  expect(weakness("anna-of-berlin", "ANNA-of-berlin")).toMatch(/is the name/);
});

test("a role is read as the server reads it", () => {
  expect(roleProblem("operator on workflow:sales/*, type:load")).toBe(null);
  expect(roleProblem("boss")).toMatch(/not a role/);
});

test("browsers and systems have their names", () => {
  expect(browserName("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0")).toBe("Firefox, Linux");
  expect(browserName("curl/8.5.0")).toBe("curl");
  expect(browserName("")).toBe("no browser named");
});

test("days begin by the clock of the zone, also those of 23 and 25 hours", () => {
  const at = (text: string): number => Date.parse(text);
  expect(dayStart(at("2026-01-14T09:30:15.5Z"), "Asia/Kolkata")).toBe(at("2026-01-13T18:30:00Z"));
  for (const [moment, start, next] of [
    ["2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
    ["2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
  ] as const) {
    expect(dayStart(at(moment), "Europe/Berlin")).toBe(at(start));
    expect(dayAfter(at(start), "Europe/Berlin")).toBe(at(next));
    expect(dayBefore(at(next), "Europe/Berlin")).toBe(at(start));
  }
});
