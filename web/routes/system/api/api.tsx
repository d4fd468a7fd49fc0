import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { FIELD } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { count } from "../../../services/format.ts";
import { Section } from "../section.tsx";
import { apiQuery, type Operation } from "./api-document.ts";
import { OperationEntry } from "./operation-entry.tsx";

/** The reference of the API: what this server itself says of its routes. */
export function Api(): ReactElement {
  const { data, error, refetch } = useQuery(apiQuery);
  const { q = "", route: open = "" } = useSearch({ from: "/shell/system/api" });
  const navigate = useNavigate({ from: "/system/api" });
  if (data === undefined)
    return error === null ? (
      <SkeletonRows rows={20} label="The reference is loaded" />
    ) : (
      <Problem what="The reference" error={error} onRetry={() => void refetch()} />
    );
  const go = (next: { readonly q?: string; readonly route?: string }): void => {
    const { q: words = q, route: name = open } = next;
    void navigate({
      search: { ...(words === "" ? {} : { q: words }), ...(name === "" ? {} : { route: name }) },
      replace: true,
      resetScroll: false,
    });
  };
  const found = data.filter((operation) => matches(operation, q));
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 border-b border-line px-(--gutter) py-2">
        <input
          type="search"
          aria-label="Search the routes"
          placeholder="Search routes and parameters"
          className={`${FIELD} max-w-80`}
          value={q}
          onChange={(event) => go({ q: event.target.value })}
        />
        <span className="text-small text-ink-3">
          {count(found.length)} of {count(data.length)} routes
        </span>
        <span className="ml-auto flex gap-4 text-small">
          <a className="text-accent underline" href="/api/openapi.json">
            openapi.json
          </a>
          <a className="text-accent underline" href="/api/docs">
            On one page
          </a>
        </span>
      </div>
      {found.length === 0 && (
        <Empty action={<Button onClick={() => go({ q: "" })}>Show all {count(data.length)} routes</Button>}>
          No route matches.
        </Empty>
      )}
      {Array.from(
        Map.groupBy(found, ({ group }) => group),
        ([group, own]) => (
          <Section key={group} title={group} isFlush about={count(own.length)}>
            <ul className="border-t border-line">
              {own.map((operation) => (
                <OperationEntry
                  key={operation.name}
                  operation={operation}
                  isOpen={operation.name === open}
                  onToggle={() => go({ route: operation.name === open ? "" : operation.name })}
                />
              ))}
            </ul>
          </Section>
        ),
      )}
    </>
  );
}

/** Every word is in the name, the summary, the role or a parameter. */
function matches({ name, summary, role, parameters }: Operation, words: string): boolean {
  const text = [name, summary, role, ...parameters.map((parameter) => parameter.name)].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
