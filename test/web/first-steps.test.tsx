import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { NearMiss, nearMissOf } from "../../web/components/near-miss/near-name.tsx";

const ISSUE = {
  path: "hello.toml",
  version_id: 1,
  severity: "warning",
  code: "unknown_key",
  line: 1,
  column: 1,
  message: "Unknown key phases: it is ignored.",
  remedy: "Did you mean [[phase]]?",
} as const;

test("a key that nearly is one is held below what is known", () => {
  expect(nearMissOf(ISSUE)).toEqual({ found: "[[phases]]", known: "[[phase]]" });
  const key = { ...ISSUE, message: "Unknown key crn: it is ignored.", remedy: "Did you mean cron?" };
  expect(nearMissOf(key)).toEqual({ found: "crn", known: "cron" });
  expect(nearMissOf({ ...ISSUE, remedy: "Remove it." })).toBe(null);
  expect(nearMissOf({ ...ISSUE, code: "no_phases" })).toBe(null);
});

test("it says after what it stopped, what was found and what was wanted", () => {
  render(<NearMiss line={1} found="[[phases]]" known="[[phase]]" />);
  expect(screen.getByText(/Stopped after/).parentElement?.textContent).toBe(
    "Stopped after [[phase: found s]], wanted ]].",
  );
});
