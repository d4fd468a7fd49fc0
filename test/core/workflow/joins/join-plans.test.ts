import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { joinWords } from "../../../../src/core/workflow/joins/join-words.ts";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";

const NOW = Date.UTC(2026, 10, 24);

/** `name(parents)` each; a phase without parents has a schedule, `name/` waits for files; a name in capitals joins. */
function words(...phases: readonly string[]): readonly string[] {
  const source = phases.map((text) => {
    const [, name = "", slash = "", parents = ""] = /^(\w+)(\/?)(?:\((.*)\))?$/.exec(text) ?? [];
    const begin = parents !== "" ? `dependsOn = "${parents}"` : slash === "" ? 'cron = "@daily"' : 'files = "/in/*"';
    return `[[phase]]\ntask = "${name}"\n${begin}\n${/[A-Z]/.test(name) ? 'join = "all"\n' : ""}`;
  });
  return joinWords(parseWorkflowFile("a.toml", source.join(""), { zone: "UTC", now: NOW }).phases).map(
    (one) => one.text,
  );
}

const all = (join: string, names: string, of: string) =>
  `${join} starts when all tasks of ${names} ${of} are complete.`;
const came = (of: string) => `that came of the same task of ${of}`;

describe("a join", () => {
  it("belongs to the nearest phase that all parents come of, whichever way", () => {
    assert.deepEqual(words("r", "a(r)", "b(r)", "c(b)", "J(a,c)"), [all("J", "a and c", came("r"))]);
    assert.deepEqual(words("r", "s(r)", "a(s)", "b(s)", "J(a,b)"), [all("J", "a and b", came("s"))]);
    assert.deepEqual(words("r", "x(r)", "y(r)", "a(x,y)", "b(x)", "J(a,b)"), [all("J", "a and b", came("r"))]);
    assert.deepEqual(words("r", "a(r)", "b(r)", "J(a,b)", "e(J)", "g(a)", "K(e,g)"), [
      all("J", "a and b", came("r")),
      all("K", "e and g", came("r")),
    ]);
  });

  it("stands under what another join has brought together", () => {
    assert.deepEqual(words("b", "a(b)", "J(b)", "K(a,J)"), [
      all("J", "b", "of the same task time"),
      all("K", "a and J", "of the same task time"),
    ]);
    assert.deepEqual(words("r", "b(r)", "a(b)", "J(b)", "n(J)", "K(a,n)"), [
      all("J", "b", came("r")),
      all("K", "a and n", came("r")),
    ]);
  });

  it("does not belong to one of its parents: a batch counts as one", () => {
    assert.deepEqual(words("a", "b(a)", "J(a,b)"), [all("J", "a and b", "of the same task time")]);
    assert.deepEqual(words("r", "a(r)", "J(a)"), [all("J", "a", came("r"))]);
  });

  it("without such a phase belongs to the task time, or to the file event", () => {
    assert.deepEqual(words("a", "b", "c(b)", "J(a,c)"), [all("J", "a and c", "of the same task time")]);
    assert.deepEqual(words("a/", "b/", "J(a,b)"), [all("J", "a and b", "that came of the same file")]);
    assert.deepEqual(words("a/", "b", "J(a,b)"), [all("J", "a and b", "of the same task time")]);
    assert.deepEqual(words("J(a,b)"), [all("J", "a and b", "of the same task time")]);
  });

  it("says whether failed tasks count, and names a parent once", () => {
    const flow = (keys: string) =>
      parseWorkflowFile("a.toml", `[[phase]]\ntask = "a"\n[[phase]]\ntask = "J"\njoin = "all"\n${keys}`, {
        zone: "UTC",
        now: NOW,
      }).phases;
    const of = (keys: string) => joinWords(flow(keys)).map((one) => one.text);
    const start = "J starts when all tasks of";
    assert.deepEqual(of('dependsOn = "a, a"\njoin_when = "all_done"'), [
      `${start} a of the same task time are done, failed ones too.`,
    ]);
    assert.deepEqual(of('dependsOn = "a"\non = "error"'), [
      `${start} a of the same task time are done, and at least one has failed.`,
    ]);
    assert.deepEqual(of('dependsOn = "a, b"\non = "error"'), [
      `${start} a and b of the same task time are done, and at least one of each has failed.`,
    ]);
  });

  it("in a cycle has an end", () => {
    assert.deepEqual(words("r", "a(r,J)", "b(r)", "J(a,b)"), [all("J", "a and b", came("r"))]);
    assert.deepEqual(words("a(J)", "J(a)"), [all("J", "a", "of the same task time")]);
  });
});
