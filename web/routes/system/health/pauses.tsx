import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { StatusAnswer } from "../../../../src/contract/api/instance/status-answer.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { resume } from "../../../acting/phases/act-on-phases.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { ApiError, change } from "../../../services/api.ts";
import { count } from "../../../services/format.ts";
import { showToast } from "../../../services/toasts.ts";
import { Section } from "../section.tsx";
import { Cell, type Column, Row, Table } from "../table.tsx";

type Pause = StatusAnswer["paused"][number];

const PHASE: Column = { name: "Phase" };
const BY: Column = { name: "By", width: 150 };
const WHY: Column = { name: "Why", isOnlyWide: true };
const SINCE: Column = { name: "Since", width: 104, isNumber: true };
const UNTIL: Column = { name: "Until", width: 120, isNumber: true };
const ACT: Column = { name: "Action", width: 110, isNumber: true };
const COLUMNS = [PHASE, BY, WHY, SINCE, UNTIL, ACT];

/** The pauses in force; those of a file end with the file. */
export function Pauses({ paused }: { readonly paused: readonly Pause[] }): ReactElement | null {
  if (paused.length === 0) return null;
  return (
    <Section id="pauses" title="Paused" isFlush about={`${count(paused.length)} in force`}>
      <Table label="Pauses in force" columns={COLUMNS}>
        {paused.map((pause) => (
          <PauseRow key={`${pause.workflow} ${pause.task}`} pause={pause} />
        ))}
      </Table>
    </Section>
  );
}

function PauseRow({ pause }: { readonly pause: Pause }): ReactElement {
  const { workflow, task, since, until, by, reason } = pause;
  const name = task === "" ? "All phases" : task;
  return (
    <Row>
      <Cell of={PHASE} isHead title={workflow}>
        {name} <span className="text-ink-3">{workflow}</span>
      </Cell>
      <Cell of={BY} className="text-ink-2">
        {by ?? "its workflow file"}
      </Cell>
      <Cell of={WHY} title={reason ?? undefined}>
        {reason}
      </Cell>
      <Cell of={SINCE}>
        <RelativeTime at={since} />
      </Cell>
      <Cell of={UNTIL}>
        {until === null ? <span className="text-ink-3">resumed</span> : <RelativeTime at={until} />}
      </Cell>
      <Cell of={ACT}>{by !== null && <Resume pause={pause} />}</Cell>
    </Row>
  );
}

function Resume({ pause: { workflow, task, until, reason } }: { readonly pause: Pause }): ReactElement {
  const queries = useQueryClient();
  const [type = "", job = ""] = task.split(":", 2);
  const resumeAll = async (): Promise<void> => {
    try {
      await change("POST", "/api/resume", {});
      showToast("Resumed all phases.");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast("The phases were not resumed.", null, error.message);
    }
    void queries.invalidateQueries();
  };
  return (
    <ActButton
      of={task === "" ? "everything" : { type, workflow }}
      aria-label={task === "" ? "Resume all phases" : `Resume ${task}`}
      onClick={() =>
        void (task === "" ? resumeAll() : resume({ type, job, workflow }, { until, reason: reason ?? "" }))
      }
    >
      Resume
    </ActButton>
  );
}
