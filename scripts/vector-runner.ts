import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { toError } from "../src/contract/to-error.ts";

/** Recorded answers that a later part of the program will give; until its module exists they are named, not failed. */
export const NOT_YET: readonly string[] = ["backload", "http"];

/** A recorded case. `ours` or `ours_partial` is the answer to meet instead of `out`; `differs` alone frees the content. */
export interface VectorCase {
  readonly name: string;
  readonly in: unknown;
  readonly out: unknown;
  readonly differs?: string;
  readonly ours?: unknown;
  readonly ours_partial?: unknown;
}

/** What a file below test/vector-answers/ exports; its name is that of the recorded file. */
export interface AnswerModule {
  answer(input: unknown): unknown;
  /** Instead of deep equality, for answers with placeholders. `wanted` is `ours`, `ours_partial` or `out`. */
  compare?(got: unknown, wanted: unknown, testCase: VectorCase): boolean;
}

export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "free" }
  | { readonly kind: "failed"; readonly wanted: string; readonly got: string };

/** Names (without `.json`) of the recorded files of a folder, in order. */
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
  const wanted = testCase.ours ?? testCase.ours_partial ?? testCase.out;
  let got: unknown;
  try {
    got = plain(await module.answer(testCase.in));
  } catch (error) {
    return {
      kind: "failed",
      wanted: shorten(wanted),
      got: `thrown: ${toError(error).stack}`,
    };
  }
  if (isFree(testCase)) return { kind: "free" };
  if (meets(module, testCase, got, wanted)) return { kind: "passed" };
  return { kind: "failed", wanted: shorten(wanted), got: shorten(got) };
}

function meets(module: AnswerModule, testCase: VectorCase, got: unknown, wanted: unknown): boolean {
  // A crash or an accident of the older program asks for an answer, not for a certain one.
  if (testCase.ours === undefined && testCase.ours_partial === undefined && isAccident(testCase.out)) return true;
  if (module.compare !== undefined) return module.compare(got, wanted, testCase);
  return covers(got, wanted, testCase.ours !== undefined || testCase.ours_partial === undefined);
}

function isFree(testCase: VectorCase): boolean {
  return testCase.differs !== undefined && testCase.ours === undefined && testCase.ours_partial === undefined;
}

function isAccident(out: unknown): boolean {
  return isRecord(out) && (out["panic"] === true || out["hang"] === true || out["varies"] === true);
}

/**
 * Whether `got` has what `wanted` names: objects by their named keys (by exactly these when `exact`), lists element by
 * element at the same length. `same` may accept texts that stand for each other.
 */
export function covers(
  got: unknown,
  wanted: unknown,
  exact: boolean,
  same: (got: unknown, wanted: unknown) => boolean = Object.is,
): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got) || got.length !== wanted.length) return false;
    return wanted.every((element, index) => covers(got[index], element, exact, same));
  }
  if (!isRecord(wanted)) return same(got, wanted);
  if (!isRecord(got) || (exact && Object.keys(got).length !== Object.keys(wanted).length)) return false;
  return Object.entries(wanted).every(
    ([key, value]) => Object.hasOwn(got, key) && covers(got[key], value, exact, same),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As JSON has it: without undefined fields, so that an answer may be built from optional ones. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 600 ? `${text.slice(0, 600)}… (${text.length} characters)` : text;
}
