import { processZone } from "../../config/process-zone.ts";
import { relative, resolve } from "node:path";
import type { Options } from "../../config/options.ts";
import type { Config } from "../../config/load-config.ts";
import { ConfigError, issueLine, type ConfigIssue } from "../../config/read/issue.ts";
import type { Issue } from "../../core/workflow/issue.ts";
import { withJoins } from "../../core/workflow/joins/join-plans.ts";
import { joinWords } from "../../core/workflow/joins/join-words.ts";
import { phaseWords } from "../../core/workflow/phase/phase-words.ts";
import { parseWorkflowFile } from "../../core/workflow/workflow-file.ts";
import { isForeign } from "../../core/workflow/phase/parent-ref.ts";
import { isMadeBy, type ParentRef, type Phase } from "../../core/workflow/phase.ts";
import { taskName } from "../../core/task/task-name.ts";
import { printable } from "../../contract/printable.ts";
import { channelIssues } from "./check-channels.ts";
import { withBusIssues } from "./check-bus.ts";
import { commandIssues, phaseIssues } from "./check-config.ts";
import { tlsIssues } from "./check-tls.ts";
import { checkExitCode, issueLines, issueSummary } from "./check-report.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, configOrDefaults, localPath, type ConfigFlags } from "../find-config.ts";

interface JoinLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What a phase does, in sentences. */
interface Explained {
  readonly file: string;
  readonly line: number;
  readonly task: string;
  readonly words: readonly string[];
}

interface Flags extends ConfigFlags {
  readonly explain?: true;
  readonly json?: true;
}

/** `flowlord check [PATH]`: every issue of the workflow files, and of the configuration when no path is given. */
export function addCheck(cli: Cli): void {
  cli
    .localCommand("check [path]", "Check workflow files and the configuration, without running anything.", [
      "flowlord check workflows/",
      "flowlord check -c flowlord.toml",
      "flowlord check daily.toml --explain",
      "flowlord check daily.toml --json",
    ])
    .option("--explain", "also say of each phase what it does: when it starts, its retries, its alerts")
    .option("--json", "one JSON object: files, errors, warnings, issues")
    .action(cli.action((path: string | undefined, flags: Flags) => check(cli.context, path ?? null, flags)));
}

async function check(context: CliContext, path: string | null, flags: Flags): Promise<number> {
  // A file can be checked alone.
  let config: Config;
  try {
    config = path === null ? configOf(flags, context) : configOrDefaults(flags, context);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    context.err(error.message);
    context.err("The workflow files were not checked: correct the configuration first.");
    return 1;
  }
  const { options, warnings } = config;
  const parsing = { zone: options.timezone ?? processZone(), now: context.now() };
  const { readWorkflows, readMetaRows } = await import("../../app/offline.ts");
  const found = await readWorkflows(options, path === null ? undefined : localPath(context.cwd, path));
  // Files alone may belong to another configuration than the one in the working folder.
  const isOfConfig = path === null || flags.config !== undefined;
  const issues: Issue[] = [];
  const joins: JoinLine[] = [];
  const explained: Explained[] = [];
  let files = 0;
  const parsed = found.map((file) => ({ file, alone: parseWorkflowFile(file.name, file.source, parsing) }));
  const siblings = path === null ? [] : await siblingsOf(parsed, options, parsing);
  for (const { file, alone } of parsed) {
    const where = shownPath(context.cwd, file.path);
    if (file.error !== null) {
      // A picture or a database beside the workflows: serve skips it too.
      if (!file.isMeant) continue;
      files += 1;
      issues.push({ severity: "error", file: where, line: 1, column: 1, ...file.error });
      continue;
    }
    if (!file.isMeant && !alone.hasPhases) continue;
    files += 1;
    const others = [...parsed.filter((one) => one.file !== file), ...siblings];
    const madeElsewhere = (parent: ParentRef): readonly string[] => filesMaking(parent, others);
    const isAlone =
      !alone.issues.some(({ code }) => code === "unknown_parent") &&
      !alone.phases.some(({ dependsOn }) => dependsOn.some(isForeign));
    const all = isAlone ? alone : parseWorkflowFile(file.name, file.source, { ...parsing, madeElsewhere });
    const own = all.issues.map((issue) => ({ ...issue, file: where }));
    issues.push(...(isOfConfig ? withBusIssues(own, all.phases, where, options) : own));
    if (!file.isMeant) issues.push(oddFileName(where));
    if (all.accepted && all.phases.length === 0) issues.push(noPhases(where));
    issues.push(...metaFileIssues(all.phases, where, await readMetaRows(options, all.phases)));
    for (const { line, text } of joinWords(all.phases)) joins.push({ file: where, line, text });
    if (flags.explain === true) explained.push(...explain(where, all.phases, parsing.zone, options.sqlite.taskTtl));
    if (!isOfConfig) continue;
    const names = options.channels.map(({ name }) => name);
    issues.push(...channelIssues(all.phases, where, names), ...phaseIssues(all.phases, where, options));
  }
  const ofConfig =
    path === null
      ? [...warnings, ...commandIssues(config, context.env), ...(await tlsIssues(config, context.now()))]
      : [];
  const phases = flags.explain === true ? { phases: explained } : {};
  if (flags.json === true) context.out(JSON.stringify({ ...report(files, issues, ofConfig), joins, ...phases }));
  else {
    for (const { file, line, task, words } of explained)
      context.out(`${file}:${line}: ${context.paint.bold(printable(task))}: ${printable(words.join(" "))}`);
    for (const { file, line, text } of joins) context.out(`${file}:${line}: join: ${text}`);
    print(context, files, issues, ofConfig);
  }
  return checkExitCode([...ofConfig, ...issues]);
}

function explain(file: string, phases: readonly Phase[], zone: string, taskTtl: number): readonly Explained[] {
  return withJoins(phases).map((phase) => ({
    file,
    line: phase.line,
    task: taskName(phase),
    words: phaseWords(phase, { zone, taskTtl }),
  }));
}

function noPhases(file: string): Issue {
  const message = "The file has no phase: nothing runs of it.";
  const remedy = "Write [[phase]] above each phase.";
  return { severity: "warning", code: "no_phases", file, line: 1, column: 1, message, remedy };
}

/** Backups of editors have other names, and would run beside their originals. */
function oddFileName(file: string): Issue {
  const message = "The file is not named *.toml, and is taken as a workflow all the same, because it has phases.";
  const remedy = "Rename it; a name that begins with a dot is passed over.";
  return { severity: "warning", code: "odd_file_name", file, line: 1, column: 1, message, remedy };
}

/** A warning for each `meta-file` that cannot be read, or has rows that no task can be made of. */
function metaFileIssues(
  phases: readonly Phase[],
  file: string,
  rowsOf: Awaited<ReturnType<typeof import("../../app/offline.ts").readMetaRows>>,
): readonly Issue[] {
  return phases.flatMap(({ rule: { metaFile }, line }): Issue[] => {
    if (metaFile === "" || metaFile.includes("://")) return [];
    const rows = rowsOf(metaFile);
    if (!(rows instanceof Error)) return [];
    const message = `${rows.message}: no task is made of its rows.`;
    const remedy = "Correct the path or the file; a relative path begins at the working folder.";
    return [{ severity: "warning", code: "no_meta_file", file, line, column: 1, message, remedy }];
  });
}

interface Parsed {
  readonly file: { readonly name: string; readonly path: string };
  readonly alone: { readonly phases: readonly Phase[] };
}

/**
 * The other workflow files of the configured folder, when it has all of these: they may make the parents of their phases, but
 * are not checked themselves.
 */
async function siblingsOf(
  checked: readonly Parsed[],
  options: Options,
  parsing: { readonly zone: string; readonly now: number },
): Promise<readonly Parsed[]> {
  if (options.workflow === "") return [];
  const { readWorkflows } = await import("../../app/offline.ts");
  let all: Awaited<ReturnType<typeof readWorkflows>>;
  try {
    all = await readWorkflows(options);
  } catch {
    // The configured path is no matter of these files.
    return [];
  }
  const own = new Set(checked.map(({ file }) => resolve(file.path)));
  const others = all.filter(({ path }) => !own.has(resolve(path)));
  if (all.length - others.length !== own.size) return [];
  return others
    .filter(({ error }) => error === null)
    .map((file) => ({ file, alone: parseWorkflowFile(file.name, file.source, parsing) }));
}

/** Names of the workflow files with a phase that makes such a task. */
function filesMaking(parent: ParentRef, files: readonly Parsed[]): readonly string[] {
  return files
    .filter(({ alone }) => alone.phases.some((phase) => isMadeBy(parent, phase)))
    .map(({ file }) => file.name);
}

function print(context: CliContext, files: number, issues: readonly Issue[], ofConfig: readonly ConfigIssue[]): void {
  const { paint } = context;
  for (const issue of ofConfig) context.out(issueLine(issue));
  for (const line of issueLines(issues, (severity, text) =>
    severity === "error" ? paint.red(text) : paint.yellow(text),
  ))
    context.out(line);
  context.out(issueSummary([...ofConfig, ...issues], files));
}

function report(files: number, issues: readonly Issue[], ofConfig: readonly ConfigIssue[]): object {
  const all = [...ofConfig.map(({ location, ...issue }) => ({ file: location, ...issue })), ...issues];
  const errors = all.filter((issue) => issue.severity === "error").length;
  return { files, errors, warnings: all.length - errors, issues: all };
}

/** The shortest path that an editor resolves from the working folder. */
function shownPath(cwd: string, path: string): string {
  if (path.includes("://")) return path;
  const short = relative(cwd, path);
  return short.startsWith("..") ? path : short;
}
