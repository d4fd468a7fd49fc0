import { describe, expect, it } from "vitest";
import { marksOf, nearOf, ruleText } from "../../../web/routes/files/tester/marks.ts";

function answer(ids: readonly number[], matched = ids.length) {
  return { matched, matches: ids.map((id) => ({ id, path: `/in/${id}`, received_at: "2026-01-14T13:00:00Z" })) };
}

function marks(...of: Parameters<typeof marksOf>): readonly string[] {
  return marksOf(...of).map(({ mark, file }) => `${mark} ${file.id}`);
}

describe("the tester", () => {
  it("marks what is matched newly, and no longer", () => {
    expect(marks(answer([9, 8, 5]), answer([9, 7, 5]))).toEqual(["same 9", "new 8", "lost 7", "same 5"]);
    expect(marks(answer([9]), null)).toEqual(["same 9"]);
  });

  it("compares as far as both answers reach", () => {
    expect(marks(answer([9, 8], 40), answer([9, 5, 4]))).toEqual(["same 9", "new 8"]);
  });

  it("leaves out paths that have only their scheme in common", () => {
    const miss = (path: string, at: number) => ({ path, path_at: at }) as Parameters<typeof nearOf>[0][number];
    const kept = nearOf([miss("gs://lake/a", 5), miss("gs://lake/b", 8), miss("/in/c", 1), miss("/in/d", 3)]);
    expect(kept.map(({ path }) => path)).toEqual(["gs://lake/b", "/in/d"]);
  });

  it("gives the text for the rule, in which & parts the keys", () => {
    expect(ruleText("files_glob", "/in/{a,b}/*&+%.csv")).toBe("files_glob=/in/{a,b}/*%26%2B%25.csv");
  });
});
