import { taskName } from "../task/task-name.ts";
import { isCalendar } from "../time/calendar-span.ts";
import { printDuration } from "../time/duration.ts";
import { isBatch } from "../decide/on-tick.ts";
import { parentName, workflowOfParent } from "../workflow/phase/parent-ref.ts";
import type { ParentRef, Phase, WorkflowGraph } from "../workflow/phase.ts";
import { rfc3339Text } from "./recap-pages.ts";

/** Schedules and chains as `GET /info` of the older program shows them, with its texts and keys. */

export interface InfoEntry {
  readonly Next?: string;
  readonly Prev?: string;
  readonly warning?: string;
  readonly Schedule?: readonly string[];
  readonly Child?: readonly string[];
}

/** By workflow file, then by the name of the task. */
export type InfoWorkflows = Readonly<Record<string, Readonly<Record<string, InfoEntry>>>>;

/** When a cron fires next, and fired last; milliseconds since 1970. */
export interface CronMoments {
  readonly phase: Phase;
  readonly nextAt: number | null;
  readonly firedAt: number | null;
}

const NO_TIME = "0001-01-01T00:00:00Z";
const ARROW = " ➞ ";
/** Names in one chain: where parents share children, a chain doubles with each level. */
const MAX_NAMES = 1000;
const NOT_SCHEDULED = "non-scheduled phase: use depends_on, cron or files";

/**
 * What starts something by itself has an entry with the chains below it; then what nothing starts, with the reason. A batch has no
 * times, as there.
 */
export function infoWorkflows(graph: WorkflowGraph, crons: readonly CronMoments[]): InfoWorkflows {
  const page = new Page(graph);
  for (const cron of crons.toSorted(byNext)) if (!isBatch(cron.phase.rule)) page.addCron(cron);
  for (const phase of graph.waitingForFiles) page.addFiles(phase);
  for (const phase of graph.phases) if (!page.hasReached(phase) && !page.hasParent(phase)) page.addRoot(phase);
  // What is left starts only itself.
  for (const phase of graph.phases) if (!page.hasReached(phase)) page.addRoot(phase);
  return page.workflows();
}

class Page {
  readonly #graph: WorkflowGraph;
  /** Phases of one name have one entry. */
  readonly #byName: ReadonlyMap<string, readonly Phase[]>;
  /** What a `dependsOn` may name. */
  readonly #made: ReadonlySet<string>;
  readonly #entries = new Map<string, Map<string, InfoEntry>>();
  readonly #reached = new Set<Phase>();

  constructor(graph: WorkflowGraph) {
    this.#graph = graph;
    this.#byName = Map.groupBy(graph.phases, ({ workflow, type, job }) => keyOf(workflow, type, job));
    this.#made = new Set(
      graph.phases.flatMap(({ workflow, type, job }) => [keyOf(workflow, type, null), keyOf(workflow, type, job)]),
    );
  }

  /** In the order of `nextAt`: of several schedules of one task the later one comes first. */
  addCron({ phase, nextAt, firedAt }: CronMoments): void {
    const before = this.#entries.get(phase.workflow)?.get(taskName(phase));
    const next = nextAt === null ? NO_TIME : rfc3339Text(nextAt);
    const prev = firedAt === null ? NO_TIME : rfc3339Text(firedAt);
    this.#set(phase, {
      Next: before?.Next ?? next,
      Prev: before?.Prev !== undefined && before.Prev > prev ? before.Prev : prev,
      Schedule: [`${phase.rule.cronText ?? ""}?offset=${offsetText(phase)}`, ...(before?.Schedule ?? [])],
    });
  }

  addFiles(phase: Phase): void {
    const { files, filesGlob } = phase.rule;
    this.#set(phase, { Schedule: [files ?? filesGlob ?? ""] });
  }

  addRoot(phase: Phase): void {
    const { dependsOn, dependsOnText, rule } = phase;
    const missing = dependsOn.filter((parent) => !this.#isMade(parent, phase)).map(parentName);
    const parents = dependsOn.length === 1 ? dependsOnText : missing.join(", ");
    const warning =
      dependsOn.length === 0 && rule.cron === null
        ? NOT_SCHEDULED
        : missing.length > 0
          ? `parent task not found: ${parents}`
          : "";
    this.#set(phase, warning === "" ? {} : { warning });
  }

  hasParent(phase: Phase): boolean {
    return phase.dependsOn.some((parent) => this.#isMade(parent, phase));
  }

  hasReached(phase: Phase): boolean {
    return this.#reached.has(phase);
  }

  workflows(): InfoWorkflows {
    return Object.fromEntries([...this.#entries].map(([name, entries]) => [name, Object.fromEntries(entries)]));
  }

  #set(phase: Phase, entry: InfoEntry): void {
    const entries = this.#entries.get(phase.workflow) ?? new Map<string, InfoEntry>();
    this.#entries.set(phase.workflow, entries);
    const children = this.#chains(phase, new Set(), { left: MAX_NAMES });
    entries.set(taskName(phase), { ...entry, ...(children.length === 0 ? {} : { Child: children }) });
    this.#reach(this.#byName.get(keyOf(phase.workflow, phase.type, phase.job)) ?? []);
  }

  /** Also what a chain has no room for. */
  #reach(phases: readonly Phase[]): void {
    const open = [...phases];
    for (let phase = open.pop(); phase !== undefined; phase = open.pop()) {
      if (this.#reached.has(phase)) continue;
      this.#reached.add(phase);
      open.push(...this.#graph.childrenOf(phase.type, phase.job, phase.workflow));
    }
  }

  #isMade(parent: ParentRef, child: Phase): boolean {
    return this.#made.has(keyOf(workflowOfParent(parent, child), parent.type, parent.job));
  }

  /** A text for each child: its name and all that follows it. A phase that is among its own ancestors ends the chain. */
  #chains(parent: Phase, above: ReadonlySet<Phase>, names: { left: number }): string[] {
    const path = new Set([...above, parent]);
    return this.#graph.childrenOf(parent.type, parent.job, parent.workflow).flatMap((child) => {
      if (path.has(child) || names.left <= 0) return [];
      names.left -= 1;
      const name = child.workflow === parent.workflow ? taskName(child) : `${child.workflow}: ${taskName(child)}`;
      return [[name, ...this.#chains(child, path, names)].join(ARROW)];
    });
  }
}

function byNext(a: CronMoments, b: CronMoments): number {
  return (a.nextAt ?? Infinity) - (b.nextAt ?? Infinity) || 0;
}

function keyOf(workflow: string, type: string, job: string | null): string {
  return JSON.stringify([workflow, type, job]);
}

/** Days and months, which the older program did not know, as `offset` is written: one sign for all. */
function offsetText({ rule: { offsetNs, offsetDays } }: Phase): string {
  if (!isCalendar(offsetDays)) return printDuration(offsetNs);
  const { months, days } = offsetDays;
  const isBack = months < 0 || days < 0;
  const hours = offsetNs === 0n ? "" : printDuration(isBack ? -offsetNs : offsetNs);
  const parts = [months === 0 ? "" : `${Math.abs(months)}mo`, days === 0 ? "" : `${Math.abs(days)}d`, hours];
  return `${isBack ? "-" : ""}${parts.join("")}`;
}
