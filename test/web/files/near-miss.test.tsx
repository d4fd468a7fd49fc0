import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { piecesOf } from "../../../web/components/near-miss/pieces.ts";
import { NearMiss } from "../../../web/components/near-miss/ruler.tsx";

const PATH = "gs://raw/14/clicks-12.json";
const MISS = {
  pattern: "gs://raw/*/clicks-*.json.gz",
  tokens: [
    { kind: "literal", pattern: "gs://raw/", took: "gs://raw/" },
    { kind: "star", pattern: "*", took: "14" },
    { kind: "literal", pattern: "/clicks-", took: "/clicks-" },
    { kind: "star", pattern: "*", took: "12" },
    { kind: "literal", pattern: ".json", took: ".json" },
  ],
  path_at: PATH.length,
  pattern_at: "gs://raw/*/clicks-*.json".length,
  sentence: 'the path ends here, the pattern goes on with ".gz" (character 27 of the path, 25 of the pattern)',
};

test("path and pattern stand in pairs, and both are whole", () => {
  const pieces = piecesOf(PATH, MISS);
  expect(pieces.map(({ found }) => found).join("")).toBe(PATH);
  expect(pieces.map(({ wanted }) => wanted).join("")).toBe(MISS.pattern);
  expect(pieces.map(({ kind }) => kind)).toEqual(["same", "same", "took", "same", "same", "took", "same", "stop"]);
  expect(pieces.at(-1)).toEqual({ kind: "stop", found: "", wanted: ".gz" });
});

test("where they part ends with the folder; what is behind it was not compared", () => {
  const pieces = piecesOf("raw/clicks/14.json", {
    pattern: "raw/orders/*.json",
    tokens: [{ kind: "literal", pattern: "raw/", took: "raw/" }],
    path_at: 4,
    pattern_at: 4,
  });
  expect(pieces.slice(1)).toEqual([
    { kind: "stop", found: "clicks", wanted: "orders" },
    { kind: "rest", found: "/14.json", wanted: "/*.json" },
  ]);
});

test("a sentence says where it stopped and why", () => {
  render(<NearMiss path={PATH} miss={MISS} />);
  expect(screen.getByText(/Stopped at character 27 of the path/).parentElement?.textContent).toBe(
    "Pattern gs://raw/*/clicks-*.json.gz. Stopped at character 27 of the path: the path ends here, the pattern goes on with .gz.",
  );
  expect(screen.getByText("end of path")).toBeTruthy();
});
