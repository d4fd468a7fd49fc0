import { fileURLToPath } from "node:url";

import { answersFor, judge, readCases, vectorNames } from "./vector-runner.ts";

// Compares our answers with the recorded ones of a folder (default test/vectors): `node scripts/vectors.ts [DIR]`.

const folder = process.argv[2] ?? fileURLToPath(new URL("../test/vectors", import.meta.url));
const totals = { passed: 0, failed: 0, free: 0 };

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

for (const name of vectorNames(folder)) {
  const module = await answersFor(name);
  if (module === null) {
    print(`${name}: no answers (test/vector-answers/*/${name}.ts is missing)`);
    totals.failed += readCases(folder, name).length;
    continue;
  }
  const failures: string[] = [];
  let passed = 0;
  let free = 0;
  for (const testCase of readCases(folder, name)) {
    const verdict = await judge(module, testCase);
    if (verdict.kind === "passed") passed++;
    else if (verdict.kind === "free") free++;
    else failures.push(`  ${testCase.name}\n    expected ${verdict.expected}\n    got      ${verdict.got}`);
  }
  print(`${name}: ${passed}/${passed + failures.length}${free > 0 ? ` (${free} free)` : ""}`);
  for (const failure of failures) print(failure);
  totals.passed += passed;
  totals.free += free;
  totals.failed += failures.length;
}

print(`total: ${totals.passed}/${totals.passed + totals.failed} passed, ${totals.failed} failed, ${totals.free} free`);
process.exitCode = totals.failed > 0 ? 1 : 0;
