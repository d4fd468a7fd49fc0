import type { WallMs } from "../../contract/time/wall-ms.ts";
import { taskTimeText } from "../why/phrases.ts";
import { parseMeta } from "./meta.ts";

/** What a link may name of a task, besides `meta:KEY`. */
export const LINK_TOKENS = ["id", "record", "type", "job", "workflow", "task_time", "day"] as const;
export type LinkToken = (typeof LINK_TOKENS)[number];

/** A piece of a URL: text as it is, a field of the task, or a key of its meta. */
export type LinkPart = string | { readonly token: LinkToken } | { readonly meta: string };

/** A `[[link]]` of the configuration. */
export interface LinkTemplate {
  readonly name: string;
  readonly parts: readonly LinkPart[];
}

/** A link of one task, phase or alert. */
export interface Link {
  readonly name: string;
  readonly url: string;
}

/** What is known of a task; null or an empty text: no value. */
export interface LinkedTask {
  readonly id: string | null;
  readonly record: number | null;
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
  readonly task_time: WallMs | null;
  readonly meta: string;
}

/** The pieces of a URL with `{tokens}`, or the token or brace that is wrong. */
export function parseLink(url: string): { readonly parts: readonly LinkPart[] } | { readonly wrong: string } {
  const parts: LinkPart[] = [];
  for (const piece of url.split(/(\{[^{}]*\})/)) {
    if (piece === "") continue;
    if (!/[{}]/.test(piece)) {
      parts.push(piece);
      continue;
    }
    const name = /^\{(.*)\}$/.exec(piece)?.[1];
    const token = LINK_TOKENS.find((one) => one === name);
    const meta = name?.startsWith("meta:") === true ? name.slice("meta:".length) : "";
    if (token !== undefined) parts.push({ token });
    else if (meta !== "") parts.push({ meta });
    else return { wrong: piece };
  }
  return { parts };
}

/** The links that need nothing but a phase, and the task time where one is meant. */
export function linksOfPhase(
  links: readonly LinkTemplate[],
  { type, job, workflow }: Pick<LinkedTask, "type" | "job" | "workflow">,
  taskTime: WallMs | null = null,
): readonly Link[] {
  return linksOf(links, { id: null, record: null, type, job, workflow, task_time: taskTime, meta: "" });
}

/** The links of which every token has a value; values are encoded for a URL. */
export function linksOf(links: readonly LinkTemplate[], task: LinkedTask): readonly Link[] {
  if (links.length === 0) return [];
  const meta = parseMeta(task.meta);
  const time = task.task_time === null ? "" : taskTimeText(task.task_time);
  const values: Readonly<Record<LinkToken, string>> = {
    id: task.id ?? "",
    record: task.record === null ? "" : String(task.record),
    type: task.type,
    job: task.job,
    workflow: task.workflow,
    task_time: time,
    day: time.slice(0, "2026-01-31".length),
  };
  return links.flatMap(({ name, parts }) => {
    const texts = parts.map((part) => {
      if (typeof part === "string") return part;
      const value = "token" in part ? values[part.token] : (meta.get(part.meta)?.[0] ?? "");
      return encodeURIComponent(value.toWellFormed());
    });
    return texts.includes("") ? [] : [{ name, url: texts.join("") }];
  });
}
