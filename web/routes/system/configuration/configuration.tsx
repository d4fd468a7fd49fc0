import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { FIELD } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Segments } from "../../../components/segments.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { count } from "../../../services/format.ts";
import { Section } from "../section.tsx";
import { Table } from "../table.tsx";
import { configurationQuery } from "./configuration-query.ts";
import { SETTING_COLUMNS, SettingRow } from "./setting-row.tsx";

const SHOWN = [
  { value: "set", name: "Set" },
  { value: "all", name: "All" },
] as const;

/** What is in force and where it is from, and what waits for a restart. */
export function Configuration(): ReactElement {
  const { data, error, refetch } = useQuery(configurationQuery);
  const { q = "", all = false } = useSearch({ from: "/shell/system/configuration" });
  const navigate = useNavigate({ from: "/system/configuration" });
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={20} label="The configuration is loaded" />
    ) : (
      <Problem what="The configuration" error={error} onRetry={() => void refetch()} />
    );
  const { file, refused, settings } = data;
  const go = (next: { readonly q?: string; readonly all?: boolean }): void => {
    const { q: words = q, all: isAll = all } = next;
    void navigate({
      search: { ...(words === "" ? {} : { q: words }), ...(isAll ? { all: true } : {}) },
      replace: true,
    });
  };
  const waiting = settings.filter(({ next }) => next !== null);
  const found = settings.filter(
    ({ key, value, source }) =>
      (all || source !== "default" || q !== "") && `${key} ${value}`.toLowerCase().includes(q.toLowerCase()),
  );
  const sections = Map.groupBy(found, ({ key }) => (key.includes(".") ? key.slice(0, key.indexOf(".")) : ""));
  return (
    <>
      <ol aria-label="State" className="border-b border-line">
        {refused !== null && (
          <State status="error" text="The last change of the file was refused.">
            The one before stays in force: {refused}
          </State>
        )}
        {waiting.length > 0 && (
          <State
            status="warn"
            text={`${waiting.length === 1 ? "1 value waits" : `${waiting.length} values wait`} for a restart.`}
          >
            {waiting.map(({ key, value, next }) => `${key}: ${value} → ${next}`).join("; ")}
          </State>
        )}
        {refused === null && waiting.length === 0 && (
          <State status="complete" text="All of the configuration is in force.">
            Workers, channels, links and watched folders change in place; the rest at a restart.
          </State>
        )}
      </ol>
      <div className="flex flex-wrap items-center gap-3 px-(--gutter) py-2">
        <input
          type="search"
          aria-label="Search the configuration"
          placeholder="Search keys and values"
          className={`${FIELD} max-w-80`}
          value={q}
          onChange={(event) => go({ q: event.target.value })}
        />
        <Segments
          label="Shown"
          options={SHOWN}
          value={all ? "all" : "set"}
          onChange={(value) => go({ all: value === "all" })}
        />
        <span className="flex min-w-0 items-center text-small text-ink-2">
          {file === null ? (
            "No file: environment, flags and defaults."
          ) : (
            <>
              <code className="truncate font-mono">{file}</code>
              <CopyButton text={file} what="the path" />
            </>
          )}
        </span>
        <span className="ml-auto text-small text-ink-3">
          {count(found.length)} of {count(settings.length)} keys; secrets are hidden
        </span>
      </div>
      {found.length === 0 && (
        <Empty
          action={<Button onClick={() => go({ q: "", all: true })}>Show all {count(settings.length)} keys</Button>}
        >
          {q === "" ? "Nothing is set: every key has its default." : "No key and no value matches."}
        </Empty>
      )}
      {Array.from(sections, ([section, own]) => (
        <Section key={section} title={section === "" ? "Top level" : `[${section}]`} isFlush about={count(own.length)}>
          <Table label={section === "" ? "Keys of the top level" : `Keys of ${section}`} columns={SETTING_COLUMNS}>
            {own.map((setting) => (
              <SettingRow key={setting.key} setting={setting} />
            ))}
          </Table>
        </Section>
      ))}
    </>
  );
}

function State({
  status,
  text,
  children,
}: {
  readonly status: "complete" | "warn" | "error";
  readonly text: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li className="grid min-h-10 grid-cols-[16px_minmax(0,1fr)] items-center gap-x-2.5 px-(--gutter) py-2 not-first:border-t not-first:border-line">
      <Mark status={status} size={16} />
      <p className="break-words">
        <b className="font-semibold">{text}</b> <span className="text-ink-2">{children}</span>
      </p>
    </li>
  );
}
