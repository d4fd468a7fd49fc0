import { useNavigate } from "@tanstack/react-router";
import { phaseText, resume } from "../../acting/phases/act-on-phases.ts";
import { ask } from "../../acting/ask.ts";
import { Icon } from "../../components/icon.tsx";
import { Mark, type Status } from "../../components/mark.tsx";
import { useMay } from "../../services/may.ts";
import { ofKind } from "../../services/query-text.ts";
import { searchOf, TASK_VIEWS } from "../../services/task-views.ts";
import { statusOf } from "../../services/task-status.ts";
import type { Offer } from "./matching.ts";
import type { useFound } from "./use-found.ts";

type Found = ReturnType<typeof useFound>;

const BY_SEVERITY: Readonly<Record<string, Status>> = { critical: "error", warning: "warn", info: "none" };
interface Things {
  readonly views: readonly Offer[];
  readonly phases: readonly Offer[];
  readonly tasks: readonly Offer[];
  readonly alerts: readonly Offer[];
  readonly files: readonly Offer[];
}

/** What the server has, each with where it leads. */
export function useThings(found: Found, text: string): Things {
  const navigate = useNavigate();
  const mayAct = useMay("operator");
  const search = (q: string): void => void navigate({ to: "/tasks", search: { q } });
  const view = <Icon name="view" size={14} />;
  return {
    views: [
      ...TASK_VIEWS.map(({ name, search: of }) => ({
        id: name,
        sign: view,
        name,
        context: of.q,
        run: () => void navigate({ to: "/tasks", search: of }),
      })),
      ...found.views.map((saved) => ({
        id: String(saved.id),
        sign: view,
        name: saved.name,
        context: saved.is_shared ? `${saved.query}, shared by ${saved.owner}` : saved.query,
        run: () => void navigate({ to: "/tasks", search: searchOf(saved) }),
      })),
    ],
    phases: found.phases.flatMap((phase) => phaseOffers(phase, mayAct, search)),
    tasks: found.tasks.map((task) => ({
      id: String(task.record_id),
      sign: <Mark status={statusOf(task)} label={statusOf(task)} />,
      name: phaseText(task),
      context: [task.task_time?.slice(0, 16), task.msg === "" ? task.info : task.msg].filter(Boolean).join(", "),
      run: () => void navigate({ to: "/tasks/$id", params: { id: String(task.record_id) } }),
    })),
    alerts: found.alerts.map((alert) => ({
      id: String(alert.id),
      sign: <Mark status={BY_SEVERITY[alert.severity] ?? "none"} label={alert.severity} />,
      name: alert.type === "" ? alert.alert_type : phaseText(alert),
      context: alert.message,
      run: () => void navigate({ to: "/alerts/$id", params: { id: String(alert.id) } }),
    })),
    files: found.files.map(({ id, path }) => ({
      id: String(id),
      sign: <Icon name="file" size={14} />,
      name: path,
      context: "file",
      run: () => void navigate({ to: "/files/$id", params: { id: String(id) } }),
    })),
  };

  function phaseOffers(phase: Found["phases"][number], isAllowed: boolean, go: typeof search): readonly Offer[] {
    const name = phaseText(phase);
    const sign = <Icon name="workflow" size={14} />;
    const of = { id: String(phase.phase_id), sign, context: phase.workflow };
    const known = [
      { ...of, name, run: () => go(ofKind(phase.type, phase.job)) },
      {
        ...of,
        id: `why-not-${of.id}`,
        name: `Why did ${name} not run?`,
        run: () => void navigate({ to: "/why-not", search: { of: name, at: "today" } }),
      },
    ];
    // What acts on a phase is offered to who asks for it.
    if (!isAllowed || !/pau|res|run/i.test(text)) return known;
    return [
      ...known,
      phase.paused
        ? { ...of, id: `resume-${of.id}`, name: `Resume ${name}`, run: () => void resume(phase, null) }
        : { ...of, id: `pause-${of.id}`, name: `Pause ${name}…`, run: () => ask({ kind: "pause", phase }) },
      { ...of, id: `run-${of.id}`, name: `Run ${name} now…`, run: () => ask({ kind: "run", phase }) },
    ];
  }
}
