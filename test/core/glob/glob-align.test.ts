import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explainStop } from "../../../src/core/glob/explain-stop.ts";
import { compileFilesGlob, compileGlob } from "../../../src/core/glob/glob.ts";
import { align, compileGlobOf, LONGEST_ALIGNED, type Alignment } from "../../../src/core/glob/glob-align.ts";
import type { GlobLanguage } from "../../../src/core/glob/glob-program.ts";
import { fc, tries } from "../../support/seed.ts";

function aligned(language: GlobLanguage, pattern: string, path: string): Alignment {
  return align(compileGlobOf(language, pattern), path);
}

/** `literal /in/=/in/` a token, then where and why it stopped. */
function told(language: GlobLanguage, pattern: string, path: string): string[] {
  const { tokens, stop } = aligned(language, pattern, path);
  const parts = tokens.map((token) => `${token.kind} ${token.pattern}=${token.took}`);
  if (stop === null) return parts;
  return [...parts, `${stop.reason} at ${stop.pathAt},${stop.patternAt}: ${stop.wanted} is ${stop.found}`];
}

/** Invariants of every alignment, for any pattern. */
function assertSound(path: string, { pattern, tokens, stop }: Alignment): void {
  const took = tokens.map((token) => token.took).join("");
  const parts = tokens.map((token) => token.pattern).join("");
  if (stop === null) {
    assert.equal(took, path);
    return;
  }
  assert.equal(took, path.slice(0, stop.pathAt));
  assert.equal(parts, pattern.slice(0, stop.patternAt));
  assert.ok(pattern.startsWith(stop.wanted, stop.patternAt));
  assert.ok(path.startsWith(stop.found, stop.pathAt));
}

const GO_PIECES = ["a", "b", "/", "日", "é", "\\*", "?", "[a-c]", "[^a]", "[é-日x]", "*", "*", "ab", "["];
const WIDE_PIECES = [
  "a",
  "b",
  "/",
  "é",
  "\\*",
  "?",
  "[a-c]",
  "[^a]",
  "*",
  "**/",
  "/**",
  "{a,b}",
  "{ab,a/b,}",
  "**",
  "{",
  "+",
  "(",
];
const PATH = fc
  .array(fc.constantFrom("a", "b", "c", "/", "*", "x", "日", "é", "è"), { maxLength: 9 })
  .map((chars) => chars.join(""));

describe("an alignment", () => {
  it("covers a matching path completely, and another one up to the stop", () => {
    const of = (pieces: readonly string[]) =>
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));
    for (const [language, pieces] of [
      ["files", GO_PIECES],
      ["files_glob", WIDE_PIECES],
    ] as const) {
      fc.assert(
        fc.property(of(pieces), PATH, (pattern, path) => {
          const alignment = aligned(language, pattern, path);
          const matches = language === "files" ? compileGlob(pattern) : compileFilesGlob(pattern);
          assert.equal(alignment.stop === null, matches?.(path) ?? false);
          assertSound(path, alignment);
        }),
        tries(2000),
      );
    }
  });

  it("agrees with Go's patterns without the matcher", () => {
    const pattern = fc.array(fc.constantFrom(...GO_PIECES), { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(pattern, PATH, (text, path) => {
        const alignment = aligned("files", text, path);
        // A class may match a slash, and Go's matcher keeps the first position that fits after a star.
        if (alignment.stop?.reason === "refused") assert.match(text, /\*.*\[/);
        // A single token for the pattern would mean that the form is unknown.
        if (alignment.stop === null) assert.ok(alignment.tokens.every(({ kind }) => kind !== "rest"));
      }),
      tries(2000),
    );
  });

  it("shows where Go's matcher keeps the first position that fits", () => {
    const { stop } = aligned("files", "*[^a]*", "b/");
    assert.equal(stop?.reason, "refused");
    const stopped = { language: "files", pattern: "*[^a]*", reason: "refused", path_at: 2, pattern_at: 6 } as const;
    assert.match(explainStop({ ...stopped, wanted: "", found: "" }, "b/"), /first position possible/);
  });

  it("agrees with the docs of files_glob", () => {
    const cases: readonly [string, string, number][] = [
      ["gs://in/**/*.{csv,json}", "gs://in/2026/11/x.json", 5],
      ["gs://in/**/*.csv", "gs://in/x.csv", 4],
      ["in/**", "in/a/b", 2],
      ["in/**", "in", 2],
      ["**", "a/b", 1],
      ["{a,b/c}/[0-9]?", "b/c/7x", 4],
      ["{a,}{1..3}", "2", 2],
      ["{a,{b,c}d}x", "cdx", 2],
    ];
    for (const [pattern, path, tokens] of cases) {
      const alignment = aligned("files_glob", pattern, path);
      assert.deepEqual([alignment.stop, alignment.tokens.length], [null, tokens], pattern);
    }
  });

  it("names the character at which they differ", () => {
    const cases: readonly [GlobLanguage, string, string, readonly string[]][] = [
      [
        "files",
        "/in/*.csv",
        "/in/a.csx",
        ["literal /in/=/in/", "star *=a", "literal .cs=.cs", "differs at 8,8: v is x"],
      ],
      [
        "files",
        "/in/*.csv",
        "/in/a.b.csx",
        ["literal /in/=/in/", "star *=a.b", "literal .cs=.cs", "differs at 10,8: v is x"],
      ],
      ["files", "/in/*.csv", "/in/a/b.csv", ["literal /in/=/in/", "star *=a", "differs at 5,5: . is /"]],
      [
        "files",
        "/in/*.csv",
        "/in/a.csv.gz",
        ["literal /in/=/in/", "star *=a", "literal .csv=.csv", "path_goes_on at 9,9:  is ."],
      ],
      ["files", "/in/*/*.csv", "/in/a.csv", ["literal /in/=/in/", "star *=a.csv", "path_ends at 9,5: / is "]],
      ["files", "/in/[0-9]x", "/in/ax", ["literal /in/=/in/", "differs at 4,4: [0-9] is a"]],
      ["files", "a\\*b", "a*c", ["literal a\\*=a*", "differs at 2,3: b is c"]],
      ["files", "é", "è", ["differs at 0,0: é is è"]],
      ["files", "/in/[", "/in/a", ["malformed at 0,0:  is "]],
      [
        "files_glob",
        "in/**/*.{csv,json}",
        "in/x/a.txt",
        ["literal in/=in/", "folders **/=x/", "star *=a", "literal .=.", "differs at 7,8: {csv,json} is t"],
      ],
      [
        "files_glob",
        "in/*.{csv,json}",
        "in/a.jsx",
        ["literal in/=in/", "star *=a", "literal .=.", "choice {csv,js=js", "differs at 7,12: o is x"],
      ],
      ["files_glob", "in/**", "inn", ["literal in=in", "differs at 2,2: /** is n"]],
    ];
    for (const [language, pattern, path, want] of cases) assert.deepEqual(told(language, pattern, path), want, pattern);
  });

  it("is quick, however many ways a pattern has to match", () => {
    const bad: readonly [GlobLanguage, string, string][] = [
      ["files", `${"a*".repeat(1000)}b`, "a".repeat(4000)],
      ["files", `${"*?".repeat(2000)}b`, "a".repeat(4096)],
      ["files", `*${"a".repeat(2000)}b`, "a".repeat(4096)],
      ["files_glob", `${"{a,a}".repeat(500)}b`, "a".repeat(4000)],
      ["files_glob", `${"**/*a".repeat(300)}b`, "a/".repeat(2000)],
      ["files_glob", `${"{".repeat(900)}a${",b}".repeat(900)}`, "a".repeat(4000)],
      ["files_glob", "**/".repeat(1000), "a/".repeat(2000)],
    ];
    for (const [language, pattern, path] of bad) {
      const glob = compileGlobOf(language, pattern);
      // The library's own matcher would not return; this tests the alignment alone.
      const alignment = align(glob, path, false);
      assert.notEqual(alignment.stop, null);
      assertSound(path, alignment);
    }
  });

  it("reports input that is longer than any path", () => {
    const path = "a".repeat(LONGEST_ALIGNED + 1);
    assert.deepEqual(told("files", "ab*", path), ["too_long at 0,0:  is "]);
    assert.deepEqual(told("files", `${path}*`, "a"), ["too_long at 0,0:  is "]);
    assert.equal(aligned("files", "a*", path).stop, null);
  });
});
