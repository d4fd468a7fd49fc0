import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inTaskOrder, phaseName } from "../../../src/core/workflow/graph.ts";
import { readWorkflowSource } from "../../../src/core/workflow/phase-source.ts";
import { WorkflowReloader, type WorkflowState } from "../../../src/engine/workflows/reload-workflows.ts";
import { WorkflowPathError } from "../../../src/engine/workflows/workflow-files.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import type { VectorCase } from "../../../scripts/vector-runner.ts";
import { covers } from "../../../scripts/vector-runner.ts";
import { rememberingStore } from "../../engine/rig/remembering-store.ts";

type LoadCase =
  | { readonly toml: string }
  | { readonly configured: string; readonly files: Readonly<Record<string, string>> };

export async function answer(input: unknown): Promise<unknown> {
  const asked = input as LoadCase;
  const cwd = await mkdtemp(join(tmpdir(), "flowlord-load-"));
  try {
    const files = "toml" in asked ? { "flow.toml": asked.toml } : asked.files;
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
    return await load("toml" in asked ? "flow.toml" : asked.configured, cwd);
  } finally {
    await rm(cwd, { recursive: true });
  }
}

async function load(configured: string, cwd: string): Promise<unknown> {
  const path =
    configured === "" ? "" : configured.includes("<cwd>") ? configured.replace("<cwd>", cwd) : join(cwd, configured);
  const reloader = new WorkflowReloader({
    path,
    source: new AnyObjects(),
    store: rememberingStore(),
    zone: "UTC",
    now: () => NOW,
  });
  try {
    const { files } = await reloader.reload();
    const { changed: again } = await reloader.reload();
    const readable = files.filter(isReadable);
    return {
      workflows: Object.fromEntries(readable.map((file) => [file.name, phasesOf(file)])),
      ...(readable.length < files.length ? { error: true } : {}),
      ...(again.length > 0 ? { again } : {}),
    };
  } catch (error) {
    if (error instanceof WorkflowPathError) return { error: true, workflows: {} };
    throw error;
  }
}

const NOW = Date.UTC(2026, 5, 1);

/** Whether its phases could be read, taken or not. */
function isReadable(file: WorkflowState): boolean {
  return file.accepted || file.parsed.length > 0;
}

function phasesOf(file: WorkflowState): unknown {
  const sources = readWorkflowSource(file.name, file.source).phases;
  const retryOf = new Map(file.parsed.map((phase, index) => [phase, sources[index]?.retry ?? 0n]));
  return inTaskOrder(file.parsed).map((phase) => {
    const retry = retryOf.get(phase) ?? 0n;
    return {
      task: phaseName(phase),
      topic: phase.type,
      job: phase.job,
      dependsOn: phase.dependsOnText,
      rule: phase.ruleText,
      template: phase.template,
      retry: retry > 2n ** 53n || retry < -(2n ** 53n) ? String(retry) : Number(retry),
      status: file.issues.map((one) => one.code).join(" "),
    };
  });
}

/** A recorded status only says that something is reported; without one, nothing is said. An error must be told. */
export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  const isExact = testCase.ours !== undefined || testCase.ours_partial === undefined;
  return covers(forCompare(got, wanted), forCompare(wanted, wanted), isExact);
}

function forCompare(value: unknown, wanted: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(wanted))
    return value.map((one: unknown, index) => forCompare(one, wanted[index]));
  if (!isRecord(value) || !isRecord(wanted)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, forCompare(one, wanted[key])] as const);
  if (!("status" in wanted)) return Object.fromEntries(entries);
  return { ...Object.fromEntries(entries), status: wanted["status"] === "" || value["status"] !== "" };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
