import { missingParents } from "./missing-parents.ts";
import { present } from "../../contract/present.ts";
import { codeOf, toError } from "../../contract/to-error.ts";
import type { NewDecision } from "../../core/decide/effects.ts";
import { buildGraph } from "../../core/workflow/graph.ts";
import type { Issue } from "../../core/workflow/issue.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import { parseWorkflowFile, type WorkflowFile, type WorkflowFileOptions } from "../../core/workflow/workflow-file.ts";
import type { HeldPhase } from "../../store/running-tasks.ts";
import type { Pause, PauseStore } from "../../store/pauses.ts";
import type { Store } from "../../store/store.ts";
import type { SavedFile } from "../../store/workflow-versions.ts";
import { toLoaded, type Draft } from "./loaded-file.ts";
import { invalidAlert, validAgain } from "./invalid-file.ts";
import { PausedGraph } from "./paused-graph.ts";
import { SavedEdits } from "./saved-edits.ts";
import { UnreviewedJoins } from "./unreviewed-joins.ts";
import { vanishedAlert, vanishedResolved, vanishedWorkflows, type Vanished } from "./vanished.ts";
import {
  findWorkflowFiles,
  isWorkflow,
  parseFound,
  storedFile,
  type FoundFile,
  type WorkflowSource,
} from "./workflow-files.ts";

export interface ReloadOptions {
  /** The configured path: a file, or a folder with subfolders. */
  readonly path: string;
  readonly source: WorkflowSource;
  readonly store: Pick<
    Store,
    "saveWorkflows" | "acceptedVersions" | "heldPhases" | "record" | "getState" | "putState"
  > & {
    readonly pauses: Pick<PauseStore, "inForce">;
  };
  /** IANA zone of schedules that name none. */
  readonly zone: string;
  /** Take whatever is missing for removed. */
  readonly allowRemoval?: boolean;
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
  /** New when anything changed, else that of the previous reload. Phases that people paused are `paused` in it. */
  readonly graph: WorkflowGraph;
  /** Pauses in force that people asked for. */
  readonly pauses: readonly Pause[];
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
  /** Of phases in force whose parent in another file no phase makes. */
  readonly parentless: readonly Issue[];
  /** Why the files were not taken as they are; null when they were. */
  readonly vanished: Vanished | null;
}

/** What the files say. */
type FileReload = Omit<Reload, "pauses">;

interface KnownFile extends WorkflowState {
  readonly checksum: string;
  readonly asParsed: WorkflowFile;
}

/** Key of the stored state that names the invalid files already reported, so that a restart does not repeat the alert. */
const REPORTED_KEY = "workflows.invalid";
/** The same of the workflows that have vanished. */
const VANISHED_KEY = "workflows.vanished";
/** The path cannot be read, as the errors of `findWorkflowFiles` say it. */
export const UNREADABLE_PATH: ReadonlySet<string> = new Set([
  "workflow_path_missing",
  "not_found",
  "not_a_folder",
  "unreadable",
]);

/**
 * Reads the workflow files again and returns what is in force now. The caller swaps the graph; a reload that throws (a
 * missing path, a database that cannot be written) changes nothing.
 */
export class WorkflowReloader {
  readonly edits = new SavedEdits();
  readonly #options: ReloadOptions;
  #known: ReadonlyMap<string, KnownFile> | null = null;
  #graph: WorkflowGraph = buildGraph([]);
  readonly #paused = new PausedGraph();
  #reported: ReadonlySet<string> | null = null;
  /** As stored; undefined: not read yet. */
  #reportedVanished: string | null | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #readAt: number | null = null;
  readonly #joins: UnreviewedJoins;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#joins = new UnreviewedJoins(options.store);
  }

  /**
   * Reloads run one after another; each sees the files as they are when it starts. Workflows that have vanished stay as they
   * are, unless their removal is accepted.
   */
  reload(acceptsRemoval = false): Promise<Reload> {
    return this.#inTurn(async () => {
      const found = await this.#reload(acceptsRemoval || this.#options.allowRemoval === true);
      this.#readAt = this.#options.now();
      return found;
    });
  }

  /** When the files were last read, milliseconds since 1970; null before the first time. */
  get readAt(): number | null {
    return this.#readAt;
  }

  /** What is in force, with the pauses as they are now; reads no file, and must follow a reload. */
  repause(): Promise<Reload> {
    return this.#inTurn(async () => this.#result(this.#known ?? new Map(), NOTHING_CHANGED));
  }

  #inTurn(run: () => Promise<FileReload>): Promise<Reload> {
    const turn = this.#last.then(async () => this.#withPauses(await run()));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #withPauses(found: FileReload): Promise<Reload> {
    const pauses = await this.#options.store.pauses.inForce();
    if (pauses.length === 0) return { ...found, pauses };
    const files = found.files.map(({ name, phasesInForce: phases }) => ({ name, phases }));
    return { ...found, pauses, graph: this.#paused.of(found.graph, files, pauses) };
  }

  async #reload(acceptsRemoval: boolean): Promise<FileReload> {
    const { store } = this.#options;
    const { found, failure } = await this.#find();
    const before = this.#known;
    const lastGood = before === null ? await this.#lastGood() : new Map<string, Phases>();
    for (const known of before?.values() ?? []) lastGood.set(known.name, phasesOf(known));
    const readDrafts = this.#drafts(found, before, lastGood);
    const vanished = acceptsRemoval ? null : vanishedIn(readDrafts, lastGood, failure);
    if (failure === null || vanished !== null) await this.#reportVanished(vanished);
    // A start goes on with what was in force.
    if (failure !== null && (before !== null || vanished === null)) throw failure;
    if (before !== null && vanished !== null) return this.#result(before, { ...NOTHING_CHANGED, vanished });
    const drafts = vanished === null ? readDrafts : [...lastGood.values()].map((stored) => stored.draft());
    const removed = removedNames(before, drafts);
    const changed = [...changedNames(before, drafts), ...removed];
    if (before !== null && changed.length === 0) return this.#result(before, NOTHING_CHANGED);
    const now = this.#options.now();
    await this.#joins.add(sourcesBefore(drafts, lastGood));
    const saved = await store.saveWorkflows(
      drafts.map((draft) => toLoaded(draft, this.#options.zone, this.edits.of(draft.file))),
      now,
    );
    this.edits.forget(drafts.map(({ file }) => file));
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
    return this.#result(known, { changed, removed, leftHeld, vanished });
  }

  /** The changed joins of a reload are decided. */
  joinsReviewed({ rejoined }: Pick<Reload, "rejoined">): Promise<void> {
    return this.#joins.reviewed(rejoined);
  }

  /** The files of the path, or why it has none. */
  async #find(): Promise<{ readonly found: readonly FoundFile[]; readonly failure: Error | null }> {
    const { path, source } = this.#options;
    try {
      return { found: await findWorkflowFiles(path, source), failure: null };
    } catch (error) {
      if (path === "" || !UNREADABLE_PATH.has(codeOf(error) ?? "")) throw error;
      return { found: [], failure: toError(error) };
    }
  }

  /** What was read, and what cannot be seen because a folder is closed. */
  #drafts(
    found: readonly FoundFile[],
    before: ReadonlyMap<string, KnownFile> | null,
    lastGood: ReadonlyMap<string, Phases>,
  ): readonly Draft[] {
    const drafts = found.flatMap((file) => this.#draft(file, before?.get(file.name), lastGood.get(file.name)));
    const closed = found.filter(({ error }) => error?.code === "unreadable").map(({ name }) => `${name}/`);
    const hidden = [...lastGood].filter(([name]) => closed.some((folder) => name.startsWith(folder)));
    if (hidden.length === 0) return drafts;
    const all = [...drafts, ...hidden.map(([, stored]) => stored.draft())];
    return all.toSorted((a, b) => (a.file.name < b.file.name ? -1 : 1));
  }

  #result(
    known: ReadonlyMap<string, KnownFile>,
    changes: Omit<FileReload, "graph" | "files" | "issues" | "parentless" | "rejoined">,
  ): FileReload {
    const files = [...known.values()];
    const issues = files.flatMap((file) => file.issues);
    const parentless = missingParents(this.#graph.phases);
    return { graph: this.#graph, files, issues, parentless, rejoined: this.#joins.changed, ...changes };
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
      versions.map(({ name, path, versionId, source }) => {
        let parsed: WorkflowFile | null = null;
        const parse = () => (parsed ??= parseWorkflowFile(name, source, this.#parsing()));
        const draft = (): Draft => ({ file: storedFile(name, path, source), parsed: parse(), before: [] });
        return [name, { versionId, source, phases: () => parse().phases, draft }];
      }),
    );
  }

  /** Raises an alert when other workflows are missing than before; resolves it when none is. */
  async #reportVanished(vanished: Vanished | null): Promise<void> {
    const { store, path } = this.#options;
    if (this.#reportedVanished === undefined) this.#reportedVanished = await store.getState(VANISHED_KEY);
    const missing = vanished === null ? null : JSON.stringify(vanished.files);
    if (missing === this.#reportedVanished) return;
    const alerts = vanished === null ? [] : [vanishedAlert(vanished, path)];
    await store.record(
      { alerts, decisions: [], resolves: vanished === null ? [vanishedResolved()] : [] },
      this.#options.now(),
    );
    await store.putState(new Map([[VANISHED_KEY, missing]]));
    this.#reportedVanished = missing;
  }

  /** Raises an alert for each newly invalid file; resolves that of a file that is valid again, or removed. */
  async #report(files: readonly WorkflowState[]): Promise<void> {
    const { store } = this.#options;
    this.#reported ??= new Set(namesIn(await store.getState(REPORTED_KEY)));
    const broken = files.filter((file) => !file.accepted);
    const alerts = broken.filter((file) => !this.#reported?.has(file.name)).map(invalidAlert);
    const names = broken.map((file) => file.name);
    const resolves = [...this.#reported].filter((name) => !names.includes(name)).map(validAgain);
    if (alerts.length === 0 && resolves.length === 0) return;
    await store.record({ alerts, decisions: [], resolves }, this.#options.now());
    await store.putState(new Map([[REPORTED_KEY, names.length === 0 ? null : JSON.stringify(names)]]));
    this.#reported = new Set(names);
  }
}

interface Phases {
  readonly versionId: number;
  readonly source: string;
  /** Parses the stored source: only for an invalid file, because parsing takes most of the start. */
  phases(): readonly Phase[];
  /** The file as it was read. */
  draft(): Draft;
}

function phasesOf({ versionInForce: versionId, phasesInForce, asParsed, ...file }: KnownFile): Phases {
  const { name, path, source, checksum } = file;
  const draft = (): Draft => ({
    file: { name, path, source, checksum, error: null, isMeant: true },
    parsed: asParsed,
    before: [],
  });
  return { versionId, source, phases: () => phasesInForce, draft };
}

function vanishedIn(
  drafts: readonly Draft[],
  lastGood: ReadonlyMap<string, Phases>,
  failure: Error | null,
): Vanished | null {
  const inForceNow = new Map([...lastGood].map(([name, stored]) => [name, () => stored.phases()]));
  const read = new Map(drafts.map(({ file: { name }, parsed }) => [name, parsed.accepted ? parsed.phases : null]));
  return vanishedWorkflows(inForceNow, read, failure?.message ?? null);
}

const NOTHING_CHANGED = { changed: [], removed: [], leftHeld: [], vanished: null } as const;

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

function namesIn(state: string | null): readonly string[] {
  const names: unknown = state === null ? [] : JSON.parse(state);
  return Array.isArray(names) ? names.map(String) : [];
}
