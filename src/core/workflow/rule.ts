import { DAY } from "../../contract/time/time-units.ts";
import { CronError, parseCron, type CronSchedule } from "../cron/cron.ts";
import type { IssueCode, RuleIssue } from "./issue.ts";
import type { Rule } from "./phase.ts";
import type { Values } from "../task/values.ts";
import { checkRule } from "./rule-checks.ts";
import type { RuleInput } from "./rule-input.ts";
import { readColumns, readRuleText, type RuleText } from "./rule-readers.ts";
import {
  asRuleText,
  choiceValue,
  columnsValue,
  countValue,
  delayValue,
  durationValue,
  flagValue,
  metaKeysValue,
  namesValue,
  ValidationError,
  silenceValue,
  spanValue,
  type Span,
  textValue,
  timeoutValue,
  type ValueReader,
} from "./rule-values.ts";
import { PARAMETERS } from "./workflow-schema.ts";
import { NO_DAYS } from "../time/calendar-span.ts";
import { isZone } from "../time/zone.ts";

export interface ParsedRule {
  readonly rule: Rule;
  /** The `job` parameter as given; used when the task names none. */
  readonly job: string;
  readonly issues: readonly RuleIssue[];
}

const NO_SPAN: Span = { days: NO_DAYS, ns: 0n };
const READERS: ReadonlyMap<string, "strict" | "lenient"> = new Map(PARAMETERS.map((one) => [one.name, one.reader]));
/** When repeated, all their values count; of all others only the first. */
const ADDS_UP: ReadonlySet<string> = new Set(["meta", "require", "notify"]);

/** Reads a rule string and the plain keys beside it. Never throws: every error is an issue. */
export function parseRule(input: RuleInput): ParsedRule {
  return new RuleParser(input).parse();
}

class RuleParser {
  readonly #input: RuleInput;
  readonly #text: RuleText;
  readonly #issues: RuleIssue[] = [];
  /** Without a schedule the older program never read these parameters, or only logged that it could not. */
  readonly #isScheduled: boolean;

  constructor(input: RuleInput) {
    this.#input = input;
    this.#text = readRuleText(input.text);
    const { strict, lenient, refusal: error } = this.#text;
    const cron = (error === null ? strict : lenient).get("cron")?.[0] ?? "";
    this.#isScheduled = cron !== "" || input.plain.has("cron");
  }

  parse(): ParsedRule {
    this.#checkComplete();
    const zone = this.#zone();
    const readCron = this.#valueOf("cron", textValue);
    // A rejected rule still counts as having a schedule: no issue must say that it has none.
    const cronText = readCron ?? (this.#isScheduled ? (this.#text.lenient.get("cron")?.[0] ?? null) : null);
    const cron = readCron === null ? null : this.#cron("cron", readCron, zone ?? this.#input.zone, zone !== null);
    this.#checkHash(cronText);
    const files = this.#valueOf("files", textValue);
    const filesGlob = this.#valueOf("files_glob", textValue);
    const expectByText = this.#valueOf("expect_by", textValue);
    const offset = this.#take("offset", spanValue, NO_SPAN);
    const span = this.#take("for", spanValue, NO_SPAN);
    const meta = this.#meta();
    const rule: Rule = {
      cronText,
      cron,
      timezone: zone,
      offsetNs: offset.ns,
      offsetDays: offset.days,
      forNs: span.ns,
      forDays: span.days,
      countsFromTaskTime: zone !== null || this.#input.plain.has("for"),
      by: this.#take("by", textValue, ""),
      meta: meta.columns,
      // When the meta of a rule cannot be read, the parameters after it do not count.
      metaFile: meta.isBroken ? "" : this.#take("meta-file", textValue, ""),
      catchUp: this.#take("catchup", choiceValue(["none", "last", "all"]), "none"),
      catchUpWindow: this.#take("catchup_window", durationValue, DAY),
      overlap: this.#take("overlap", choiceValue(["allow", "skip", "queue"]), "allow"),
      maxActive: this.#take("max_active", countValue, 0),
      files,
      filesGlob,
      gather: this.#take("gather", countValue, 0),
      gatherTimeout: this.#valueOf("gather_timeout", durationValue),
      taskTime: this.#take("task_time", choiceValue(["path", "created", "received"]), "path"),
      expectBy: expectByText === null ? null : this.#cron("expect_by", expectByText, zone ?? this.#input.zone, true),
      expectByText,
      require: this.#take("require", metaKeysValue, []),
      join: this.#take("join", choiceValue(["any", "all"]), "any"),
      joinWhen: this.#take("join_when", choiceValue(["all_complete", "all_done"]), "all_complete"),
      on: this.#take("on", choiceValue(["complete", "error"]), "complete"),
      inheritMeta: this.#take("inherit_meta", flagValue, false),
      retryDelay: this.#retryDelay(),
      retryBackoff: this.#take("retry_backoff", choiceValue(["fixed", "exponential"]), "fixed"),
      retryMaxDelay: this.#valueOf("retry_max_delay", durationValue),
      ...this.#timeout(),
      noAlert: this.#take("no_alert", silenceValue, false),
      severity: this.#valueOf("severity", choiceValue(["info", "warning", "critical"])),
      notify: this.#take("notify", namesValue, []),
      paused: this.#take("paused", flagValue, false),
      onRemoved: this.#take("on_removed", choiceValue(["release", "cancel"]), "release"),
      pairs: this.#pairs(),
    };
    const job = this.#take("job", textValue, "");
    return { rule, job, issues: [...this.#issues, ...checkRule(rule, this.#text, this.#input)] };
  }

  #texts(name: string): readonly string[] | undefined {
    return this.#text[READERS.get(name) ?? "lenient"].get(name);
  }

  #timeout(): Pick<Rule, "timeout" | "timeoutAfterReport"> {
    const timeout = this.#valueOf("timeout", timeoutValue);
    return { timeout: timeout?.ms ?? null, timeoutAfterReport: timeout?.afterReport ?? false };
  }

  #valueOf<T>(name: string, reader: ValueReader<T>): T | null {
    return this.#take<T | null>(name, reader, null);
  }

  /** The value of a parameter, from the rule or its key; `fallback` when it is not given or cannot be read. */
  #take<T>(name: string, reader: ValueReader<T>, fallback: T): T {
    const texts = this.#texts(name);
    const plain = this.#input.plain.get(name);
    const fromRule = texts === undefined || isEmpty(name, texts) ? undefined : reader.fromTexts(texts);
    const fromKey = plain === undefined || plain === "" ? undefined : reader.fromToml(plain);
    if (texts !== undefined && !ADDS_UP.has(name) && new Set(texts).size > 1) {
      this.#warn(
        "parameter_repeated",
        name,
        `${name} is given ${texts.length} times: the first counts.`,
        "Keep one of them.",
      );
    }
    if (fromRule instanceof ValidationError) this.#reject(name, fromRule, "rule");
    if (fromKey instanceof ValidationError) this.#reject(name, fromKey, "key");
    if (fromRule === undefined || fromRule instanceof ValidationError)
      return fromKey === undefined || fromKey instanceof ValidationError ? fallback : fromKey;
    if (fromKey !== undefined && !(fromKey instanceof ValidationError)) this.#checkSame(name, fromRule, fromKey);
    return fromRule;
  }

  #checkSame(name: string, fromRule: unknown, fromKey: unknown): void {
    if (canonical(fromRule) === canonical(fromKey)) {
      this.#warn(
        "parameter_repeated",
        name,
        `${name} is given in the rule and as a key of the phase, with the same value.`,
        "Keep one of them.",
      );
    } else {
      this.#error(
        "parameter_twice",
        name,
        `${name} has one value in the rule and another as a key of the phase.`,
        "Keep one of them.",
      );
    }
  }

  /**
   * In the rule string of a file or child phase the older program kept such a pair unread, so files written for it must
   * load; a plain key is new, so it must be valid.
   */
  #reject(name: string, error: ValidationError, origin: "rule" | "key"): void {
    const code = refusalCode(name);
    const isError = origin === "key" || (code !== "bad_value" && this.#isScheduled);
    const remedy = error.remedy ?? `Correct ${name} or remove it.`;
    if (isError) this.#error(code, name, `${name} ${error.reason}.`, remedy);
    else this.#warn(code, name, `${name} ${error.reason}: it is ignored.`, remedy);
  }

  /** `isOurs`: the older program had no such rule, so that it need not lose the days that it lost. */
  #cron(name: string, text: string, zone: string, isOurs: boolean): CronSchedule | null {
    const schedule = parseCron(text, zone, isOurs);
    if (!(schedule instanceof CronError)) return schedule;
    this.#error(
      "bad_cron",
      name,
      sentence(schedule.message),
      `Write ${name} as five fields, like 0 5 * * *, or as @daily or @every 5m.`,
    );
    return null;
  }

  /** The older program's check at load read the whole value, its schedule only what is before the `#`. */
  #checkHash(cron: string | null): void {
    const whole = this.#text.lenient.get("cron")?.[0] ?? "";
    if (cron === null || !whole.includes("#") || cron.includes("#")) return;
    this.#warn("bad_cron", "cron", `Invalid cron ${whole}: a # ends the rule, and ${cron} counts.`, "Remove the #.");
  }

  #zone(): string | null {
    const zone = this.#valueOf("timezone", textValue);
    if (zone === null || isZone(zone)) return zone;
    const message = `Unknown time zone ${zone}`;
    const remedy = "Write a name like Europe/Berlin.";
    if (this.#isScheduled || this.#input.plain.has("timezone"))
      this.#error("bad_zone", "timezone", `${message}.`, remedy);
    else this.#warn("bad_zone", "timezone", `${message}: the configured one counts.`, remedy);
    return null;
  }

  /** When a child's meta cannot be read, the part before the error counts. */
  #meta(): { readonly columns: Values | null; readonly isBroken: boolean } {
    const texts = this.#texts("meta");
    const columns = this.#valueOf("meta", columnsValue);
    if (columns !== null || texts === undefined) return { columns, isBroken: false };
    const readable = readColumns(texts).columns;
    return { columns: readable.size === 0 ? null : readable, isBroken: true };
  }

  #retryDelay(): number | null {
    const texts = this.#texts("retry_delay");
    const plain = this.#input.plain.get("retry_delay");
    const missing = Symbol("not given");
    const delay = this.#take<number | null | typeof missing>("retry_delay", delayValue, missing);
    if (delay === missing) return null;
    const written = texts?.[0] ?? (plain === undefined ? "" : asRuleText(plain));
    if (delay === null) {
      this.#warn(
        "bad_retry_delay",
        "retry_delay",
        `retry_delay is not a duration: "${written}" counts as 0.`,
        "Write a duration with its unit, like 30s.",
      );
      return 0;
    }
    if (delay < 0)
      this.#warn(
        "negative_delay",
        "retry_delay",
        `retry_delay is below zero: ${written} counts as 1s.`,
        "Write a duration above zero, like 30s.",
      );
    return delay;
  }

  /** A plain key goes into the meta like a pair of the rule, so that a file task's meta does not depend on where it is written. */
  #pairs(): Values {
    if (this.#input.plain.size === 0) return this.#text.lenient;
    const pairs = new Map(this.#text.lenient);
    for (const [name, value] of this.#input.plain) if (!pairs.has(name)) pairs.set(name, [asRuleText(value)]);
    return pairs;
  }

  #checkComplete(): void {
    const { refusal: error, hasDropped } = this.#text;
    if (error !== null && this.#isScheduled) {
      this.#error(
        "bad_rule",
        null,
        `The rule cannot be read: ${error}.`,
        "Write % as %25, or write the parameters as keys of the phase.",
      );
    } else if (error !== null) {
      this.#warn(
        "bad_rule",
        null,
        `Part of the rule cannot be read (${error}): for, by, meta and meta-file do not count.`,
        "Write % as %25.",
      );
    } else if (hasDropped) {
      this.#warn(
        "pair_dropped",
        null,
        "A pair of the rule has a semicolon: it is dropped.",
        "Separate pairs with &, and write ; in a value as %3B.",
      );
    }
  }

  #error(code: IssueCode, parameter: string | null, message: string, remedy: string): void {
    this.#issues.push({ severity: "error", code, parameter, message, remedy });
  }

  #warn(code: IssueCode, parameter: string | null, message: string, remedy: string): void {
    this.#issues.push({ severity: "warning", code, parameter, message, remedy });
  }
}

/** `cron=` and the like count as absent; an empty offset, for or meta never did. */
function isEmpty(name: string, texts: readonly string[]): boolean {
  if (name === "offset" || name === "for" || name === "meta") return false;
  return ADDS_UP.has(name) ? texts.every((text) => text === "") : texts[0] === "";
}

function refusalCode(name: string): IssueCode {
  if (name === "offset" || name === "for") return "bad_duration";
  return name === "meta" ? "bad_meta" : "bad_value";
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === "bigint") return `${one}`;
    return one instanceof Map ? Object.fromEntries([...one].toSorted(([a], [b]) => (a < b ? -1 : 1))) : one;
  });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
