import { parseMeta } from "../core/task/meta.ts";
import { parseQuery } from "../core/text/query.ts";
import type { Task } from "./task.ts";

/** One environment variable longer than 128 KiB stops Linux from starting the command at all. */
const LONGEST_VARIABLE = 100_000;
/** Limit of all variables, well below the space that arguments and environment share. */
const ALL_VARIABLES = 500_000;
const TOKEN = /\{(id|type|job|info|meta|created|attempt|task_time|(info|meta):([^{}]+))\}/g;

/** The values of a task for its command: fields, and the keys of the info's query and of meta. */
export class TaskValues {
  readonly #task: Task;
  readonly #attempt: number;
  readonly #info: ReadonlyMap<string, readonly string[]>;
  readonly #meta: ReadonlyMap<string, readonly string[]>;

  constructor(task: Task, attempt: number) {
    this.#task = task;
    this.#attempt = attempt;
    this.#info = parseQuery(queryOf(task.info)).values;
    this.#meta = parseMeta(task.meta);
  }

  /** The text with its tokens replaced, each once: a token inside a value stays text. A missing key is empty. */
  fill(text: string): string {
    if (!text.includes("{")) return text;
    return text.replace(TOKEN, (_, name: string, space: string | undefined, key: string | undefined) =>
      this.#valueOf(name, space, key),
    );
  }

  /**
   * `FLOWLORD_ID`, `_TYPE`, … and one variable for each key of info and meta. When two keys give the same name, the first
   * one counts; values that are too long for the system are left out, and are only on stdin.
   */
  environment(): Record<string, string> {
    const task = this.#task;
    const variables: Record<string, string> = {};
    let bytesLeft = ALL_VARIABLES;
    const set = (name: string, value: string): void => {
      const size = Buffer.byteLength(value) + name.length;
      if (size > LONGEST_VARIABLE || size > bytesLeft || Object.hasOwn(variables, name)) return;
      variables[name] = value;
      bytesLeft -= size;
    };
    set("FLOWLORD_ID", task.id);
    set("FLOWLORD_TYPE", task.type);
    set("FLOWLORD_JOB", task.job);
    set("FLOWLORD_CREATED", task.created);
    set("FLOWLORD_ATTEMPT", String(this.#attempt));
    set("FLOWLORD_INFO", task.info);
    set("FLOWLORD_META", task.meta);
    for (const [key, values] of this.#info) set(`FLOWLORD_INFO_${variableName(key)}`, values.join("\n"));
    for (const [key, values] of this.#meta) set(`FLOWLORD_META_${variableName(key)}`, values.join("\n"));
    return variables;
  }

  #valueOf(name: string, space: string | undefined, key: string | undefined): string {
    const task = this.#task;
    if (key !== undefined) return ((space === "info" ? this.#info : this.#meta).get(key) ?? []).join("\n");
    if (name === "attempt") return String(this.#attempt);
    if (name === "task_time") return this.#meta.get("cron")?.[0] ?? "";
    return task[name as "id" | "type" | "job" | "info" | "meta" | "created"];
  }
}

/** The tokens of a text, in order, as written. */
export function tokensOf(text: string): RegExpStringIterator<RegExpExecArray> {
  return text.matchAll(TOKEN);
}

function queryOf(info: string): string {
  const path = info.split("#", 1)[0] ?? "";
  const at = path.indexOf("?");
  return at < 0 ? "" : path.slice(at + 1);
}

function variableName(key: string): string {
  return key.toUpperCase().replace(/[^A-Z0-9_]/g, "_");
}
