import { parseRule, type ParsedRule } from "../../../src/core/workflow/rule.ts";

interface RuleCase {
  readonly decode: "schedule" | "child";
  readonly rule: string;
  readonly task: string;
  readonly template: string;
  readonly workflow: string;
  readonly job?: string;
  readonly parentMeta?: Readonly<Record<string, readonly string[]>>;
}

export function answer(input: unknown): unknown {
  const asked = input as RuleCase;
  const parsed = parseRule({ text: asked.rule, plain: new Map(), hasParents: asked.decode === "child", zone: "UTC" });
  return asked.decode === "schedule" ? schedule(asked, parsed) : child(asked, parsed);
}

const RULE_CODES = new Set(["bad_rule", "bad_duration", "bad_meta"]);

function schedule({ task, template, workflow }: RuleCase, { rule, job, issues }: ParsedRule): unknown {
  const refused = new Set(issues.map((one) => one.code));
  if ([...refused].some((code) => RULE_CODES.has(code))) return { error: true, kind: "rule" };
  if (refused.has("meta_and_meta_file")) return { error: true, kind: "meta" };
  if (rule.cron === null) return { error: true, kind: "cron" };
  const [topic = "", taskJob] = task.split(":");
  const cron = {
    topic,
    job: taskJob ?? job,
    template,
    workflow,
    schedule: rule.cronText,
    offsetNs: String(rule.offsetNs),
  };
  if (rule.forNs === 0n && rule.meta === null && rule.metaFile === "") return { kind: "cron", ...cron };
  return {
    kind: "batch",
    ...cron,
    forNs: String(rule.forNs),
    by: rule.by,
    meta: Object.fromEntries(rule.meta ?? []),
    metaFile: rule.metaFile,
  };
}

function child({ task, template, workflow, job, parentMeta }: RuleCase, { rule, issues }: ParsedRule): unknown {
  const failed = issues.some(({ code }) => code === "bad_rule" || code === "bad_meta" || code === "meta_and_meta_file");
  return {
    task,
    template,
    workflow,
    job,
    by: rule.by,
    metaFile: rule.metaFile,
    meta: { ...parentMeta, ...Object.fromEntries(rule.meta ?? []) },
    ...(failed ? { error: true } : {}),
  };
}
