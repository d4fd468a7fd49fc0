import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { toError } from "../src/contract/to-error.ts";

/** A recorded case. `ours` or `ours_partial` is the expected answer instead of `out`; with `differs` alone, any answer passes. */
export interface VectorCase {
  readonly name: string;
  readonly in: unknown;
  readonly out: unknown;
  readonly differs?: string;
  readonly ours?: unknown;
  readonly ours_partial?: unknown;
}

/** The exports of a file below test/vector-answers/, which has the name of the recorded file. */
export interface AnswerModule {
  answer(input: unknown): unknown;
  /** Instead of deep equality, for answers with placeholders. `expected` is `ours`, `ours_partial` or `out`. */
  compare?(got: unknown, expected: unknown, testCase: VectorCase): boolean;
}

export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "free" }
  | { readonly kind: "failed"; readonly expected: string; readonly got: string };

/** Names (without `.json`) of the recorded files of a folder, sorted. */
export function vectorNames(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((file) => file.slice(0, -".json".length)).toSorted();
}

export function readCases(folder: string, name: string): readonly VectorCase[] {
  const file: { cases: VectorCase[] } = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  return file.cases;
}

/** Null when there is no module for this file. */
export async function answersFor(name: string): Promise<AnswerModule | null> {
  const folder = join(import.meta.dirname, "../test/vector-answers");
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((one) => basename(one) === `${name}.ts`);
  return file === undefined ? null : ((await import(pathToFileURL(join(folder, file)).href)) as AnswerModule);
}

export async function judge(module: AnswerModule, testCase: VectorCase): Promise<Verdict> {
  const expected = testCase.ours ?? testCase.ours_partial ?? testCase.out;
  let got: unknown;
  try {
    got = plain(await module.answer(testCase.in));
  } catch (error) {
    return {
      kind: "failed",
      expected: shorten(expected),
      got: `thrown: ${toError(error).stack}`,
    };
  }
  if (isFree(testCase)) return { kind: "free" };
  if (meets(module, testCase, got, expected)) return { kind: "passed" };
  return { kind: "failed", expected: shorten(expected), got: shorten(got) };
}

function meets(module: AnswerModule, testCase: VectorCase, got: unknown, expected: unknown): boolean {
  // Where the older program crashed or varied, any answer passes.
  if (testCase.ours === undefined && testCase.ours_partial === undefined && isAccident(testCase.out)) return true;
  if (module.compare !== undefined) return module.compare(got, expected, testCase);
  return covers(got, expected, testCase.ours !== undefined || testCase.ours_partial === undefined);
}

function isFree(testCase: VectorCase): boolean {
  return testCase.differs !== undefined && testCase.ours === undefined && testCase.ours_partial === undefined;
}

function isAccident(out: unknown): boolean {
  return isRecord(out) && (out["panic"] === true || out["hang"] === true || out["varies"] === true);
}

/**
 * Whether `got` contains `expected`: objects by its keys (by exactly these when `exact`), lists element by element at
 * the same length. `same` may accept texts that mean the same.
 */
export function covers(
  got: unknown,
  expected: unknown,
  exact: boolean,
  same: (got: unknown, expected: unknown) => boolean = Object.is,
): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return false;
    return expected.every((element, index) => covers(got[index], element, exact, same));
  }
  if (!isRecord(expected)) return same(got, expected);
  if (!isRecord(got) || (exact && Object.keys(got).length !== Object.keys(expected).length)) return false;
  return Object.entries(expected).every(
    ([key, value]) => Object.hasOwn(got, key) && covers(got[key], value, exact, same),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as JSON: without undefined fields, so that an answer may have optional ones. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 600 ? `${text.slice(0, 600)}… (${text.length} characters)` : text;
}
