import { type CriticalPath, criticalPath } from "../../../components/graph/critical-path.ts";
import type { Drawn, DrawnEdge, DrawnNode } from "../../../components/graph/drawn.ts";
import { type Clock, count } from "../../../services/format.ts";
import type { GraphPhase, Issue, PhaseGraph } from "./graph-queries.ts";
import { aboutOf, conditionOf, dueTime, lineOf, statusOfPhase } from "./phase-text.ts";

export interface DrawnPhases extends Drawn {
  readonly critical: CriticalPath | null;
}

interface At {
  readonly issues: readonly Issue[];
  /** The phase in the side panel. */
  readonly phase: number | undefined;
  readonly clock: Clock;
  readonly now: number;
}

export const nodeOf = (phase: number): string => `p${phase}`;

/** Of a node that stands for a phase, or for what starts one. */
export function phaseOfNode(id: string): number | null {
  const [, phase] = /^[pcf](\d+)$/.exec(id) ?? [];
  return phase === undefined ? null : Number(phase);
}

/** Phases with what starts them: schedules and patterns as sources, and what no phase makes. */
export function drawnPhases({ nodes: phases, edges, missing }: PhaseGraph, at: At): DrawnPhases {
  const issues = issuesByPhase(phases, at.issues);
  const own = phases.filter(({ outside }) => !outside);
  const steps = own.map(({ phase_id: id, run_ms: ms }) => ({ id: nodeOf(id), ms }));
  const follows = edges.map(({ from, to }) => ({ from: nodeOf(from), to: nodeOf(to) }));
  const critical = criticalPath(steps, follows);
  const slowest = slowestOf(phases);
  const nodes: DrawnNode[] = [];
  const drawnEdges: DrawnEdge[] = [];
  const isOnWay = new Set(critical?.ids.map((id, step, ids) => `${ids[step - 1] ?? ""} ${id}`));
  const first = critical?.ids[0];
  for (const phase of phases) {
    const sources = sourcesOf(phase, at);
    nodes.push(...sources);
    const to = nodeOf(phase.phase_id);
    const isFirst = to === first;
    for (const [index, { id }] of sources.entries())
      drawnEdges.push({ from: id, to, isCritical: isFirst && index === 0, isLive: phase.now.running > 0 });
    nodes.push(phaseNode(phase, issues.get(phase.phase_id) ?? [], slowest === phase.phase_id, at));
  }
  const byId = new Map(phases.map((phase) => [phase.phase_id, phase]));
  // A phase may name a parent twice, by its type and with its job.
  for (const { from, to } of new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()) {
    const child = byId.get(to);
    const edge = { from: nodeOf(from), to: nodeOf(to) };
    const condition = child === undefined ? "" : conditionOf(child);
    drawnEdges.push({
      ...edge,
      ...(condition === "" ? {} : { condition }),
      isCritical: isOnWay.has(`${edge.from} ${edge.to}`),
      isLive: (child?.now.running ?? 0) > 0,
    });
  }
  for (const parent of new Set(missing.map((one) => one.parent))) nodes.push(missingNode(parent));
  for (const { to, parent } of missing) drawnEdges.push({ from: `m${parent}`, to: nodeOf(to), isGhost: true });
  return { nodes, edges: drawnEdges, critical };
}

function phaseNode(phase: GraphPhase, issues: readonly Issue[], isSlowest: boolean, at: At): DrawnNode {
  const line = lineOf(phase, at.clock, at.now);
  const worst = issues.some(({ severity }) => severity === "error") ? "error" : "warn";
  return {
    id: nodeOf(phase.phase_id),
    kind: phase.outside ? "outside" : "thing",
    status: statusOfPhase(phase),
    title: phase.task,
    line: phase.outside ? phase.workflow : line,
    about: aboutOf(phase, line, issues.length),
    isHere: phase.phase_id === at.phase,
    isHeld: phase.held !== null,
    ...(issues.length === 0
      ? {}
      : {
          badge: { status: worst, label: issues.map(({ line: row, message }) => `line ${row}: ${message}`).join("\n") },
        }),
    ...(isSlowest ? { word: "slowest" } : {}),
  };
}

function sourcesOf(phase: GraphPhase, { clock, now }: At): readonly DrawnNode[] {
  const { trigger, next_at: next, files, phase_id: id, outside } = phase;
  if (outside) return [];
  const sources: DrawnNode[] = [];
  const source = (kind: "c" | "f", title: string, line: string, what: string): void => {
    const icon = kind === "c" ? "clock" : "file";
    sources.push({
      id: `${kind}${id}`,
      kind: "source",
      status: "none",
      icon,
      title,
      isMono: true,
      line,
      about: `${what}, ${line}; starts ${phase.task}`,
    });
  };
  if (trigger.cron !== null)
    source(
      "c",
      trigger.cron,
      next === null ? "no next tick" : `next ${dueTime(Date.parse(next), clock, now)}`,
      `Schedule ${trigger.cron}`,
    );
  if (trigger.files !== null)
    source(
      "f",
      tailOf(trigger.files),
      files === 0 ? "no file in 24 h" : `${count(files)} ${files === 1 ? "file" : "files"} in 24 h`,
      `Files ${trigger.files}`,
    );
  return sources;
}

function missingNode(parent: string): DrawnNode {
  return {
    id: `m${parent}`,
    kind: "ghost",
    status: "none",
    title: parent,
    line: "no phase makes it",
    about: `${parent}: no phase in force makes it`,
  };
}

/** A pattern loses its head, never its end. */
function tailOf(pattern: string): string {
  const cut = pattern.lastIndexOf("/");
  return cut <= 0 ? pattern : `…${pattern.slice(cut)}`;
}

/** None where only one has a time. */
function slowestOf(phases: readonly GraphPhase[]): number | null {
  const timed = phases.filter(({ run_ms: ms, outside }) => ms !== null && !outside);
  if (timed.length < 2) return null;
  return timed.reduce((a, b) => ((b.run_ms ?? 0) > (a.run_ms ?? 0) ? b : a)).phase_id;
}

/** An issue belongs to the phase that began last before its line. */
function issuesByPhase(phases: readonly GraphPhase[], issues: readonly Issue[]): ReadonlyMap<number, readonly Issue[]> {
  const inOrder = phases.filter(({ outside }) => !outside).toSorted((a, b) => a.line - b.line);
  return Map.groupBy(issues, ({ line }) => inOrder.findLast((phase) => phase.line <= line)?.phase_id ?? 0);
}
