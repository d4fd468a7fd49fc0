import type { RedactRules } from "../../contract/redact/rules.ts";
import type { WorkerOptions } from "../../contract/worker-options.ts";
import type { Building } from "./building.ts";

/** What all workers of a configuration share. */
interface WorkerPlace {
  readonly logDir: string;
  readonly cwd: string;
  readonly redact: RedactRules;
}

/** The options of one `[[worker]]`; `prefix` is its key, as in `worker.0`. */
export function buildWorker(build: Building, prefix: string, { logDir, cwd, redact }: WorkerPlace): WorkerOptions {
  const { settings } = build;
  const type = settings.text(`${prefix}.type`);
  if (type === "")
    build.fail("missing", prefix, `${prefix}: \`type\` is missing`, "name the type of task that it runs");
  const concurrency = settings.integer(`${prefix}.concurrency`);
  if (concurrency < 1)
    build.fail("bad_value", `${prefix}.concurrency`, `${prefix}: \`concurrency\` is below 1`, "write 1 or more");
  const basics = {
    type,
    job: settings.text(`${prefix}.job`) || null,
    concurrency,
    timeout: Math.max(0, build.millis(`${prefix}.timeout`)),
  };
  const command = settings.command(`${prefix}.exec`);
  const url = settings.text(`${prefix}.http`);
  if ((command === null) === (url === "")) {
    build.fail(
      "missing",
      prefix,
      `${prefix}: set exactly one of \`exec\` and \`http\``,
      'write exec = ["program", "argument"], or http = "http://…"',
    );
  }
  if (command === null) {
    checkUrl(build, `${prefix}.http`, url);
    return { kind: "http", ...basics, url };
  }
  return {
    kind: "exec",
    ...basics,
    command: commandOf(build, prefix, command),
    shell: settings.on(`${prefix}.shell`),
    killAfter: Math.max(0, build.millis(`${prefix}.kill_after`)),
    logDir: build.path(`${prefix}.log_dir`) || logDir,
    logMaxBytes: settings.integer(`${prefix}.log_max_bytes`),
    env: { ...settings.table(`${prefix}.env`) },
    cwd: build.path(`${prefix}.cwd`) || cwd,
    exitCodes: settings.codes(`${prefix}.exit_codes`),
    redact,
  };
}

function commandOf(build: Building, prefix: string, command: string | readonly string[]): readonly string[] {
  const key = `${prefix}.exec`;
  const shell = build.settings.on(`${prefix}.shell`);
  if (typeof command === "string" && !shell) {
    build.fail(
      "bad_value",
      key,
      `${prefix}: \`exec\` is a string, but \`shell\` is false`,
      'write a list, as in ["program", "argument"], or set shell = true',
    );
  }
  const args = typeof command === "string" ? [command] : command;
  if ((args[0] ?? "") === "")
    build.fail(
      "bad_value",
      key,
      `${prefix}: \`exec\` does not name a program`,
      'write it as in ["program", "argument"]',
    );
  return args.map((arg) => build.filled(arg));
}

function checkUrl(build: Building, key: string, url: string): void {
  if (url === "") return;
  if (!URL.canParse(url) || !["http:", "https:"].includes(new URL(url).protocol)) {
    build.fail("bad_value", key, `\`${key}\` is not a URL`, "write it as in http://127.0.0.1:9000/tasks");
  }
}
