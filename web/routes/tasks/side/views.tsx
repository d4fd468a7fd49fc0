import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { count } from "../../../services/format.ts";
import { meQuery } from "../../../services/queries.ts";
import { type SavedView, savedViewsQuery, searchOf, TASK_VIEWS } from "../../../services/task-views.ts";
import type { TasksSearch } from "../search.ts";
import { countQuery } from "../tasks-queries.ts";
import { isSame } from "./view-list.ts";
import { ViewDialog } from "./view-dialog.tsx";

interface Props {
  readonly search: TasksSearch;
  readonly tz: string;
  /** One was chosen. */
  readonly onOpenView: (() => void) | undefined;
}

/** Searches under a name: those that are always there, one's own, and those that others share. */
export function Views({ search, tz, onOpenView }: Props): ReactElement {
  const { data: views = [] } = useQuery(savedViewsQuery);
  const { data: me } = useQuery(meQuery);
  /** `new`: what is shown becomes one. */
  const [edited, setEdited] = useState<SavedView | "new" | null>(null);
  const mine = views.filter(({ owner }) => owner === me?.name);
  const shared = views.filter(({ owner }) => owner !== me?.name);
  const isKnown = [...TASK_VIEWS.map((view) => view.search), ...views.map(searchOf)].some((each) =>
    isSame(each, search),
  );
  const list = (saved: readonly SavedView[]): ReactNode =>
    saved.map((view) => (
      <ViewLink key={view.id} name={view.name} search={searchOf(view)} current={search} tz={tz} onOpen={onOpenView}>
        {(view.owner === me?.name || me?.role === "admin") && (
          <Button
            kind="icon"
            className="absolute top-0 right-0 h-6 w-8 bg-surface-3! opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:static pointer-coarse:opacity-100"
            aria-label={`Change the view ${view.name}`}
            onClick={() => setEdited(view)}
          >
            <Icon name="edit" size={12} />
          </Button>
        )}
      </ViewLink>
    ));
  return (
    <nav aria-label="Views" className="mb-2 border-b border-line pb-2 text-small">
      <h2 className="px-2 py-1 text-ink-3">Views</h2>
      <ul>
        {TASK_VIEWS.map((view) => (
          <ViewLink key={view.name} {...view} current={search} tz={tz} onOpen={onOpenView} />
        ))}
      </ul>
      {mine.length > 0 && (
        <>
          <h3 className="px-2 pt-2 pb-1 text-ink-3">Mine</h3>
          <ul>{list(mine)}</ul>
        </>
      )}
      {shared.length > 0 && (
        <>
          <h3 className="px-2 pt-2 pb-1 text-ink-3">Shared</h3>
          <ul>{list(shared)}</ul>
        </>
      )}
      <Button kind="bare" disabled={isKnown} onClick={() => setEdited("new")}>
        <Icon name="plus" size={12} />
        Save this view
      </Button>
      {edited !== null && (
        <ViewDialog view={edited === "new" ? null : edited} search={search} onClose={() => setEdited(null)} />
      )}
    </nav>
  );
}

interface LinkProps {
  readonly name: string;
  readonly search: TasksSearch;
  readonly current: TasksSearch;
  readonly tz: string;
  readonly onOpen: (() => void) | undefined;
  readonly children?: ReactNode;
}

function ViewLink({ name, search, current, tz, onOpen, children }: LinkProps): ReactElement {
  const { data } = useQuery({ ...countQuery({ query: search.q ?? "", tz }), refetchInterval: 30_000 });
  const isCurrent = isSame(search, current);
  return (
    <li className="group relative flex items-center rounded-control hover:bg-surface-3 has-[[aria-current]]:bg-surface-3">
      <Link
        to="/tasks"
        search={search}
        preload={false}
        onClick={onOpen}
        aria-current={isCurrent ? "true" : undefined}
        activeProps={{}}
        className="flex h-6 min-w-0 flex-1 items-center gap-2 rounded-control px-2 aria-[current]:font-medium"
      >
        <span className="min-w-0 flex-1 truncate" title={name}>
          {name}
        </span>
        <span className="text-ink-3">
          {data === undefined ? "" : data.isExact ? count(data.count) : `${count(data.count)}+`}
        </span>
      </Link>
      {children}
    </li>
  );
}
