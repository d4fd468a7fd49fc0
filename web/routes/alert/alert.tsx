import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useMemo } from "react";
import { Notes } from "../../acting/notes.tsx";
import { AlertMark, alertWord } from "../../components/alert-kind.tsx";
import { CopyButton } from "../../components/copy-button.tsx";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { aboutText, taskTimeText } from "../../services/alert-words.ts";
import { ApiError } from "../../services/api.ts";
import { Clock } from "../../services/format.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { TopBar } from "../../shell/top-bar.tsx";
import { AlertActions } from "../alerts/alert-actions.tsx";
import { Message } from "../alerts/notifications/message.tsx";
import { draftOfAlerts } from "../alerts/silences/scope.ts";
import { About } from "./about.tsx";
import { alertQuery, type AlertHistory } from "./alert-query.ts";
import { History } from "./history.tsx";
import { Occurrences } from "./occurrences.tsx";

/** One alert: what is wrong, since when, why, who was told, and what to press. */
export function Alert(): ReactElement {
  const { id } = useParams({ from: "/shell/alerts/$id" });
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const { data, error, refetch } = useQuery(alertQuery(id));
  const isUnknown = error instanceof ApiError && (error.status === 404 || error.status === 400);
  return (
    <div className="min-w-0">
      <TopBar
        title={
          <span className="inline-block max-w-[50vw] truncate align-bottom max-[720px]:max-w-[34vw]">
            {data === undefined ? `Alert ${id}` : aboutText(data.alert)}
          </span>
        }
      >
        <Link to="/alerts" className="truncate text-small text-ink-2 hover:underline max-[720px]:hidden">
          All alerts
        </Link>
      </TopBar>
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        {data !== undefined ? (
          <Content history={data} clock={clock} now={now} />
        ) : isUnknown ? (
          <p className="flex flex-wrap items-center gap-2 px-(--gutter) py-6 text-ink-2">
            There is no alert {id}, or it was deleted by the retention.
            <Link to="/alerts" search={{ day: "week" }} className="text-accent underline">
              Alerts of the last 7 days
            </Link>
          </p>
        ) : error === null ? (
          <SkeletonRows rows={12} label="The alert is loaded" />
        ) : (
          <Problem what="The alert" error={error} onRetry={() => void refetch()} />
        )}
      </main>
    </div>
  );
}

interface Props {
  readonly history: AlertHistory;
  readonly clock: Clock;
  readonly now: number;
}

function Content({ history, clock, now }: Props): ReactElement {
  const { alert, occurrences, changes, notifications, notes } = history;
  const navigate = useNavigate();
  const silence = (): void => void navigate({ to: "/alerts", search: { silence: draftOfAlerts([alert]) } });
  return (
    <>
      <section aria-label="Alert" className="grid gap-3 border-b border-line px-(--gutter) py-4">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <AlertMark alert={alert} size={18} />
          <b className="text-title font-semibold">{alertWord(alert.alert_type)}</b>
          {alert.task_time !== null && (
            <span className="font-mono text-small" title={`${alert.task_time} ${alert.task_zone ?? ""}`}>
              {taskTimeText(alert.task_time)}
            </span>
          )}
          <span className="text-ink-2">
            {alert.severity}, {alert.state}
          </span>
          <span className="flex items-center text-small text-ink-3">
            alert {alert.id}
            <CopyButton text={String(alert.id)} what="the number of the alert" />
          </span>
        </div>
        <p className="max-w-200 break-words whitespace-pre-wrap">{alert.message}</p>
        <AlertActions alert={alert} onSilence={silence} />
      </section>
      <div className="grid grid-cols-[minmax(0,1fr)_348px] max-[1100px]:grid-cols-1">
        <div className="min-w-0">
          <Part title="Occurrences">
            <Occurrences alert={alert} occurrences={occurrences} clock={clock} now={now} />
          </Part>
          <Part title="What happened to it">
            <History alert={alert} changes={changes} clock={clock} now={now} />
          </Part>
          <section aria-label="Messages about it" className="border-b border-line pt-3">
            <h2 className="px-(--gutter) pb-2 font-semibold">Messages about it</h2>
            {notifications.length === 0 ? (
              <p className="px-(--gutter) pb-3 text-small text-ink-2">
                No channel was notified of it{alert.state === "silenced" ? ": it is silenced" : " yet"}.
              </p>
            ) : (
              <ol className="border-t border-line">
                {notifications.map((message) => (
                  <Message key={message.id} message={message} clock={clock} now={now} />
                ))}
              </ol>
            )}
          </section>
        </div>
        <aside className="border-l border-line max-[1100px]:border-l-0">
          <Part title="About">
            <About history={history} clock={clock} now={now} />
          </Part>
          <Part title="Notes">
            <Notes target={{ kind: "alert", key: String(alert.id) }} notes={notes} of={alert} query="alert" />
          </Part>
        </aside>
      </div>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section aria-label={title} className="border-b border-line px-(--gutter) py-3">
      <h2 className="mb-2 font-semibold">{title}</h2>
      {children}
    </section>
  );
}
