import { taskZoneOf } from "../../core/workflow/offset.ts";
import { present } from "../../contract/present.ts";
import type { NewAlert, NewDecision, ResolvedCause } from "../../core/decide/effects.ts";
import { buildGraph } from "../../core/workflow/graph.ts";
import { formerJoins } from "../../core/workflow/joins/join-plans.ts";
import { capOrNone } from "../../core/decide/slots.ts";
import type { Issue } from "../../core/workflow/issue.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import { parseWorkflowFile, type WorkflowFile, type WorkflowFileOptions } from "../../core/workflow/workflow-file.ts";
import type { HeldPhase } from "../../store/held-tasks.ts";
import type { Store } from "../../store/store.ts";
import type { LoadedFile, LoadedPhase, SavedFile } from "../../store/workflow-versions.ts";
import { UnreviewedJoins } from "./unreviewed-joins.ts";
import { findWorkflowFiles, isWorkflow, parseFound, type FoundFile, type WorkflowSource } from "./workflow-files.ts";

export interface ReloadOptions {
  /** The configured path: a file, or a folder with subfolders. */
  readonly path: string;
  readonly source: WorkflowSource;
  readonly store: Pick<Store, "saveWorkflows" | "acceptedVersions" | "heldPhases" | "record" | "getState" | "putState">;
  /** IANA zone of schedules that name none. */
  readonly zone: string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** One workflow file after a reload. */
export interface WorkflowState {
  readonly name: string;
  readonly path: string;
  readonly source: string;
  readonly issues: readonly Issue[];
  /** The phases as the file has them now, accepted or not. */
  readonly parsed: readonly Phase[];
  readonly accepted: boolean;
  /** The version of the file, or its last good one; 0 when there never was one. */
  readonly versionInForce: number;
  readonly phasesInForce: readonly Phase[];
}

export interface Reload {
  /** New when anything changed, else that of the previous reload. */
  readonly graph: WorkflowGraph;
  readonly files: readonly WorkflowState[];
  /** Of all files. */
  readonly issues: readonly Issue[];
  /** Names of files that are new, changed or removed. */
  readonly changed: readonly string[];
  /** Of these, the removed ones. */
  readonly removed: readonly string[];
  /** Phases that this reload removed while tasks of them wait for a slot. */
  readonly leftHeld: readonly HeldPhase[];
  /** Joins that edits have changed and that must still be decided: as they were before, until `joinsReviewed`. */
  readonly rejoined: readonly Phase[];
}

interface KnownFile extends WorkflowState {
  readonly checksum: string;
  readonly asParsed: WorkflowFile;
}

/** Key of the stored state that names the invalid files already reported, so that a restart does not repeat the alert. */
const REPORTED_KEY = "workflows.invalid";

/**
 * Reads the workflow files again and returns what is in force now. The caller swaps the graph; a reload that throws (a
 * missing path, a database that cannot be written) changes nothing.
 */
export class WorkflowReloader {
  readonly #options: ReloadOptions;
  #known: ReadonlyMap<string, KnownFile> | null = null;
  #graph: WorkflowGraph = buildGraph([]);
  #reported: ReadonlySet<string> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  readonly #joins: UnreviewedJoins;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#joins = new UnreviewedJoins(options.store);
  }

  /** Reloads run one after another; each sees the files as they are when it starts. */
  reload(): Promise<Reload> {
    const turn = this.#last.then(() => this.#reload());
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #reload(): Promise<Reload> {
    const { path, source: location, store } = this.#options;
    const found = await findWorkflowFiles(path, location);
    const before = this.#known;
    const lastGood = before === null ? await this.#lastGood() : new Map<string, Phases>();
    for (const known of before?.values() ?? []) {
      lastGood.set(known.name, {
        versionId: known.versionInForce,
        source: known.source,
        phases: () => known.phasesInForce,
      });
    }
    const drafts = found.flatMap((file) => this.#draft(file, before?.get(file.name), lastGood.get(file.name)));
    const removed = removedNames(before, drafts);
    const changed = [...changedNames(before, drafts), ...removed];
    if (before !== null && changed.length === 0) return this.#result(before, NOTHING_CHANGED);
    const now = this.#options.now();
    await this.#joins.add(sourcesBefore(drafts, lastGood));
    const saved = await store.saveWorkflows(
      drafts.map((draft) => toLoaded(draft, this.#options.zone)),
      now,
    );
    const known = inForce(drafts, saved, lastGood);
    await this.#report([...known.values()]);
    const leftHeld = (await store.heldPhases()).filter(({ removedAt }) => removedAt === now);
    if (leftHeld.length > 0) await store.record({ alerts: [], decisions: leftHeld.map(phaseRemoved) }, now);
    // Last, so that after a failure the next reload finds and returns the same changes.
    this.#known = known;
    this.#graph = buildGraph([...known.values()].map((file) => ({ name: file.name, phases: file.phasesInForce })));
    this.#joins.compare(
      (name, source) => parseWorkflowFile(name, source, this.#parsing()).phases,
      (name) => known.get(name)?.phasesInForce ?? [],
    );
    return this.#result(known, { changed, removed, leftHeld });
  }

  /** The changed joins of a reload are decided. */
  joinsReviewed({ rejoined }: Pick<Reload, "rejoined">): Promise<void> {
    return this.#joins.reviewed(rejoined);
  }

  #result(known: ReadonlyMap<string, KnownFile>, changes: typeof NOTHING_CHANGED): Reload {
    const files = [...known.values()];
    const issues = files.flatMap((file) => file.issues);
    return { graph: this.#graph, files, issues, rejoined: this.#joins.changed, ...changes };
  }

  /** An unchanged file is not parsed again. */
  #draft(file: FoundFile, known: KnownFile | undefined, good: Phases | undefined): Draft[] {
    if (known !== undefined && known.checksum === file.checksum && file.error?.code !== "unreadable") {
      return [{ file, parsed: known.asParsed, before: [] }];
    }
    const parsed = parseFound(file, this.#parsing());
    const isEdited = good !== undefined && good.source !== file.source && parsed.accepted;
    const hasJoins = isEdited && parsed.phases.some(({ rule }) => rule.join === "all");
    const before = hasJoins ? good.phases() : [];
    return isWorkflow(file, parsed) || good !== undefined ? [{ file, parsed, before }] : [];
  }

  #parsing(): WorkflowFileOptions {
    return { zone: this.#options.zone, now: this.#options.now() };
  }

  /** At the start: the workflows that were in force when the program stopped. */
  async #lastGood(): Promise<Map<string, Phases>> {
    const versions = await this.#options.store.acceptedVersions();
    return new Map(
      versions.map(({ name, versionId, source }) => [
        name,
        { versionId, source, phases: () => parseWorkflowFile(name, source, this.#parsing()).phases },
      ]),
    );
  }

  /** Raises an alert for each newly invalid file; resolves that of a file that is valid again, or removed. */
  async #report(files: readonly WorkflowState[]): Promise<void> {
    const { store } = this.#options;
    this.#reported ??= new Set(namesIn(await store.getState(REPORTED_KEY)));
    const broken = files.filter((file) => !file.accepted);
    const alerts = broken.filter((file) => !this.#reported?.has(file.name)).map(alertFor);
    const names = broken.map((file) => file.name);
    const resolves = [...this.#reported].filter((name) => !names.includes(name)).map(resolvedCause);
    if (alerts.length === 0 && resolves.length === 0) return;
    await store.record({ alerts, decisions: [], resolves }, this.#options.now());
    await store.putState(new Map([[REPORTED_KEY, names.length === 0 ? null : JSON.stringify(names)]]));
    this.#reported = new Set(names);
  }
}

interface Draft {
  readonly file: FoundFile;
  readonly parsed: WorkflowFile;
  /** The phases of an edited file with joins, as they were. */
  readonly before: readonly Phase[];
}

interface Phases {
  readonly versionId: number;
  readonly source: string;
  /** Parses the stored source: only for an invalid file, because parsing takes most of the start. */
  phases(): readonly Phase[];
}

const NOTHING_CHANGED: Pick<Reload, "changed" | "removed" | "leftHeld"> = { changed: [], removed: [], leftHeld: [] };

/** Names of the files that are new or changed. */
function changedNames(before: ReadonlyMap<string, KnownFile> | null, drafts: readonly Draft[]): readonly string[] {
  return drafts.filter(({ file }) => before?.get(file.name)?.checksum !== file.checksum).map(({ file }) => file.name);
}

function removedNames(before: ReadonlyMap<string, KnownFile> | null, drafts: readonly Draft[]): readonly string[] {
  const names = new Set(drafts.map(({ file }) => file.name));
  return [...(before?.keys() ?? [])].filter((name) => !names.has(name));
}

function phaseRemoved({ phaseId, held, cap, onRemoved, pausedSince }: HeldPhase): NewDecision {
  const paused = pausedSince === null ? {} : { paused: true };
  const data = { held, cap: cap ?? 1, on_removed: onRemoved, ...paused };
  return { code: "phase_retired", phaseId, taskTime: null, data };
}

/** Of edited files with joins. */
function sourcesBefore(drafts: readonly Draft[], lastGood: ReadonlyMap<string, Phases>): ReadonlyMap<string, string> {
  const edited = drafts.filter(({ before }) => before.length > 0);
  return new Map(edited.map(({ file: { name } }) => [name, lastGood.get(name)?.source ?? ""]));
}

function inForce(
  drafts: readonly Draft[],
  saved: readonly SavedFile[],
  lastGood: ReadonlyMap<string, Phases>,
): ReadonlyMap<string, KnownFile> {
  const savedByName = new Map(saved.map((file) => [file.name, file]));
  const known = new Map<string, KnownFile>();
  for (const { file, parsed } of drafts) {
    const row = present(savedByName.get(file.name), `the row of ${file.name}`);
    const good = parsed.accepted ? parsed.phases : (lastGood.get(file.name)?.phases() ?? []);
    const versionInForce = row.versionId;
    known.set(file.name, {
      name: file.name,
      path: file.path,
      source: file.source,
      checksum: file.checksum,
      asParsed: { ...parsed, hasPhases: true },
      issues: parsed.issues,
      parsed: parsed.phases,
      accepted: parsed.accepted,
      versionInForce,
      phasesInForce: good.map((phase) => ({
        ...phase,
        id: present(row.phaseIds.get(phase.key), `the row of phase ${phase.key} of ${file.name}`),
        versionId: versionInForce,
      })),
    });
  }
  return known;
}

function toLoaded({ file, parsed, before }: Draft, zone: string): LoadedFile {
  const former = formerJoins(before, parsed.phases);
  const { name, path, source, checksum } = file;
  return {
    name,
    path,
    source,
    checksum,
    accepted: parsed.accepted,
    onRemoved: parsed.onRemoved,
    issues: parsed.issues,
    phases: parsed.phases.map((phase) => ({
      ...toLoadedPhase(phase, parsed.phases, zone),
      takesOver: former.get(phase.key)?.key,
    })),
  };
}

function toLoadedPhase(phase: Phase, all: readonly Phase[], zone: string): LoadedPhase {
  const {
    key,
    task,
    type,
    job,
    dependsOnText: dependsOn,
    ruleText: rule,
    template,
    retry,
    line,
    dependsOn: refs,
  } = phase;
  const isParent = (one: Phase): boolean =>
    refs.some((ref) => ref.type === one.type && (ref.job === null || ref.job === one.job));
  const parents = refs.length === 0 ? [] : all.filter(isParent).map((one) => one.key);
  const { onRemoved, paused } = phase.rule;
  return {
    key,
    task,
    type,
    job,
    dependsOn,
    rule,
    template,
    retry,
    line,
    zone: taskZoneOf(phase, all, zone),
    cap: capOrNone(phase),
    paused,
    isJoin: phase.rule.join === "all",
    onRemoved,
    parents,
  };
}

function alertFor(file: WorkflowState): NewAlert {
  const [first] = file.issues.filter((one) => one.severity === "error");
  const location = first === undefined ? file.name : `${file.name}:${first.line}:${first.column}`;
  const outcome = file.versionInForce === 0 ? "none of its phases run" : "its last good version stays in force";
  const message = `${location}: ${first?.message ?? "the workflow file is not accepted"} The file is not accepted: ${outcome}.`;
  return newAlert("workflow_invalid", message, {
    severity: file.versionInForce === 0 ? "critical" : "warning",
    cause: file.name,
    workflow: file.name,
  });
}

function resolvedCause(name: string): ResolvedCause {
  const note = "the file is valid again, or was removed";
  return { type: "workflow_invalid", taskType: "", job: "", taskTime: null, cause: name, workflow: name, note };
}

function namesIn(state: string | null): readonly string[] {
  const names: unknown = state === null ? [] : JSON.parse(state);
  return Array.isArray(names) ? names.map(String) : [];
}
