import assert from "node:assert/strict";
import { test } from "node:test";

import { type AnswerModule, covers, judge, type VectorCase } from "../scripts/vector-runner.ts";

const echo: AnswerModule = { answer: (input) => input };

async function verdict(testCase: Omit<VectorCase, "name">, module: AnswerModule = echo): Promise<string> {
  return (await judge(module, { name: "case", ...testCase })).kind;
}

test("an answer must equal what was recorded, or what is ours instead", async () => {
  assert.equal(await verdict({ in: { a: [1] }, out: { a: [1] } }), "passed");
  assert.equal(await verdict({ in: { a: 1, b: 2 }, out: { a: 1 } }), "failed");
  assert.equal(await verdict({ in: { a: 2 }, out: { a: 1 }, differs: "O1", ours: { a: 2 } }), "passed");
  assert.equal(await verdict({ in: { a: 1 }, out: { a: 1 }, differs: "O1", ours: { a: 2 } }), "failed");
});

test("of a partial answer only what it names counts", async () => {
  const partial = { out: {}, differs: "O1", ours_partial: { a: [{ b: 1 }] } };
  assert.equal(await verdict({ in: { a: [{ b: 1, c: 2 }], d: 3 }, ...partial }), "passed");
  assert.equal(await verdict({ in: { a: [{ b: 1 }, { b: 1 }] }, ...partial }), "failed");
  assert.equal(await verdict({ in: {}, ...partial }), "failed");
});

test("where the content is free, or the older program crashed, an answer is enough", async () => {
  const broken: AnswerModule = {
    answer: () => {
      throw new Error("no answer");
    },
  };
  assert.equal(await verdict({ in: 1, out: 2, differs: "O3" }), "free");
  assert.equal(await verdict({ in: 1, out: { panic: true } }), "passed");
  assert.equal(await verdict({ in: 1, out: 2, differs: "O3" }, broken), "failed");
  assert.equal(await verdict({ in: 1, out: { panic: true } }, broken), "failed");
});

test("a module may compare placeholders itself", async () => {
  const lenient: AnswerModule = {
    ...echo,
    compare: (got, wanted) => covers(got, wanted, true, (a, b) => b === "<id>" || Object.is(a, b)),
  };
  assert.equal(await verdict({ in: { id: "7", n: 1 }, out: { id: "<id>", n: 1 } }, lenient), "passed");
  assert.equal(await verdict({ in: { id: "7", n: 2 }, out: { id: "<id>", n: 1 } }, lenient), "failed");
});
