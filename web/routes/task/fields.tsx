import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { metaPairs } from "../../../src/contract/query/terms.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { Segments } from "../../components/segments.tsx";
import { Section } from "./section.tsx";
import type { Attempt } from "./task-queries.ts";

type Pairs = readonly (readonly [key: string, value: string, from?: string])[];

/** Who writes these keys of the meta; all others came from the phase, a batch, a worker or a person. */
const WRITTEN_BY: Readonly<Record<string, string>> = {
  workflow: "phase",
  job: "phase",
  cron: "task time",
  retry: "attempt",
  delayed: "retry",
  file: "file event",
};

/** What the worker gets, as a table or as it was sent. */
export function Fields({ task: { info, meta } }: { readonly task: Attempt }): ReactElement {
  return (
    <>
      <Field title="Info" text={info} pairs={infoPairs(info)} />
      <Field
        title="Meta"
        text={meta}
        pairs={metaPairs(meta).map(([key, value]) => [key, value, WRITTEN_BY[key] ?? ""])}
      />
    </>
  );
}

const WAYS = [
  { value: "parsed", name: "Parsed" },
  { value: "raw", name: "Raw" },
] as const;

interface Props {
  readonly title: string;
  readonly text: string;
  readonly pairs: Pairs;
}

function Field({ title, text, pairs }: Props): ReactElement {
  const { raw = false } = useSearch({ from: "/shell/tasks/$id" });
  const navigate = useNavigate({ from: "/tasks/$id" });
  const choose = (way: "parsed" | "raw"): void =>
    void navigate({
      search: ({ raw: _raw, ...rest }) => (way === "raw" ? { ...rest, raw: true } : rest),
      replace: true,
      resetScroll: false,
    });
  const beside =
    text === "" ? undefined : (
      <>
        <CopyButton text={text} what={`the ${title.toLowerCase()}`} />
        <Segments label={`${title} as`} options={WAYS} value={raw ? "raw" : "parsed"} onChange={choose} />
      </>
    );
  return (
    <Section title={title} beside={beside}>
      {text === "" ? (
        <p className="text-small text-ink-3">It has none.</p>
      ) : raw ? (
        <pre className="font-mono text-small break-all whitespace-pre-wrap">{text}</pre>
      ) : (
        <table className="w-full table-fixed text-small">
          <tbody>
            {pairs.map(([key, value, from = ""], at) => (
              <tr key={at} className="border-t border-line first:border-t-0">
                <th scope="row" className="w-28 py-1.5 pr-3 text-left align-top font-normal break-words text-ink-3">
                  {key}
                </th>
                <td className="py-1.5 font-mono break-all">{value}</td>
                <td className="w-20 py-1.5 pl-3 text-right align-top text-ink-3">{from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** `path?key=value&…`: the path, and what follows it. */
export function infoPairs(info: string): Pairs {
  const at = info.indexOf("?");
  const path = at < 0 ? info : info.slice(0, at);
  return [...(path === "" ? [] : [["path", path] as const]), ...(at < 0 ? [] : metaPairs(info.slice(at + 1)))];
}
