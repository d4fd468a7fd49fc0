import type { KeySpec, SectionTable } from "./keys/key-spec.ts";
import { LISTED, SECTIONS } from "./keys/key-table.ts";
import type { Settings } from "./read/settings.ts";
import { shownValue } from "./shown.ts";

/** Sample values of keys without a default. */
const SAMPLES: Readonly<Record<string, string>> = {
  max_frequency: '"80m"',
  name: '"ops"',
  kind: '"webhook"',
  url: '"https://alerts.example.com/flowlord"',
  path: '"./incoming"',
  "link.name": '"logs"',
  "link.url": '"https://logs.example.com/?run={id}"',
  type: '"clean"',
  exec: '["./clean.sh", "{meta:file}"]',
  http: '"http://127.0.0.1:9000/tasks"',
};

const HEAD = `# Configuration of Flowlord. It has every key with its default, commented out.
# Letter case, _ and - make no difference in keys. Durations: "90s", "15m", "1h30m". Relative paths start at the
# working folder; {config_dir} in a path is the folder of this file. Every key may also come from the environment
# (FLOWLORD_REFRESH, FLOWLORD_BUS__NSQD_HOSTS, FLOWLORD_WORKER__0__CONCURRENCY) or by flag (--set bus.bus=nsq).
`;

/**
 * A config file with every key, its meaning and its default. Keys that are set in `settings` are in force, the others are
 * commented out; secrets are left to be filled in.
 */
export function configTemplate(settings: Settings | null): string {
  const blocks = [HEAD];
  for (const [section, table] of Object.entries(SECTIONS)) {
    const lines = linesOf(table, section, settings);
    blocks.push(section === "" ? lines : `[${section}]\n${lines}`);
  }
  for (const [section, table] of Object.entries(LISTED)) {
    const count = settings?.counts.get(section) ?? 0;
    for (let index = 0; index < count; index += 1) {
      blocks.push(`[[${section}]]\n${linesOf(table, `${section}.${index}`, settings)}`);
    }
    if (count === 0) blocks.push(`#[[${section}]]\n${linesOf(table, section, null)}`);
  }
  return blocks.join("\n");
}

function linesOf(table: SectionTable, prefix: string, settings: Settings | null): string {
  return Object.entries(table)
    .map(
      ([name, spec]) =>
        `# ${spec.about}\n${lineOf(name, spec, prefix === "" ? name : `${prefix}.${name}`, settings)}\n`,
    )
    .join("");
}

function lineOf(name: string, spec: KeySpec, key: string, settings: Settings | null): string {
  const value = settings?.values.get(key);
  if (settings === null || value === undefined || !settings.isSet(key)) {
    return `#${name} = ${spec.standard === "" ? (SAMPLES[key] ?? SAMPLES[name] ?? '""') : spec.standard}`;
  }
  return `${spec.secret === true ? "#" : ""}${name} = ${shownValue(key, value)}`;
}
