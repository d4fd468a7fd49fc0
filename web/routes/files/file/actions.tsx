import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { ActButton } from "../../../acting/act-button.tsx";
import { ask } from "../../../acting/ask.ts";
import { Icon } from "../../../components/icon.tsx";
import { Clock } from "../../../services/format.ts";
import { useZone } from "../../../services/preferences.ts";
import type { FileHistory } from "../files-queries.ts";

const LINK =
  "inline-flex h-(--control) items-center rounded-control px-2 text-small font-medium text-ink-2 hover:bg-surface-3";

/** What can be done about it. */
export function Actions({ history }: { readonly history: FileHistory }): ReactElement {
  const { file, near_misses: misses, matches } = history;
  const [nearest] = misses;
  const near = [...misses, ...matches].map(({ task }) => task);
  const day = new Clock(useZone()).date(Date.parse(file.received_at));
  const pattern = nearest?.pattern ?? file.path;
  return (
    <>
      <ActButton of="everything" onClick={() => ask({ kind: "redrive", files: { ids: [file.id] } })}>
        <Icon name="retry" size={14} />
        Match again…
      </ActButton>
      <ActButton
        of="everything"
        onClick={() => ask({ kind: "create", file: { path: file.path, taskTime: file.task_time, near } })}
      >
        <Icon name="plus" size={14} />
        Create task from this file…
      </ActButton>
      <Link
        to="/files"
        search={{
          day,
          open: file.id,
          side: "tester",
          pattern,
          ...(nearest === undefined ? {} : { language: nearest.language }),
        }}
        className={LINK}
      >
        Open in pattern tester
      </Link>
    </>
  );
}
