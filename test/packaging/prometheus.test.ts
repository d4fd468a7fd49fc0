import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { metricsText } from "../../src/http/metrics-text.ts";
import { createCounts } from "../../src/http/metrics.ts";
import { pageText } from "../docs/page.ts";
import { BROKER_BUS } from "../http/idle/idle-bus.ts";
import { EMPTY_COUNTS } from "../http/empty-counts.ts";
import { MEASURED_DATABASE } from "../http/measured-database.ts";

const RULES = join(import.meta.dirname, "../../packaging/prometheus/flowlord.rules.yml");
const TEXT = readFileSync(RULES, "utf8");
const WELL = { working: true, reason: null };

function hasPromtool(t: TestContext): boolean {
  const isThere = spawnSync("promtool", ["--version"]).status === 0;
  if (!isThere) t.skip("skipped: promtool is missing, apt-get install prometheus");
  return isThere;
}

test("promtool accepts the alert rules", (t) => {
  if (!hasPromtool(t)) return;
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", RULES], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
});

/** An instance that is not working for ten minutes, whose outbox grows and that reports errors only. */
const FIRING = `
rule_files: [RULES]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'flowlord_info{job="flowlord"}', values: '1x60' }
      - { series: 'up{job="flowlord"}', values: '1x60' }
      - { series: 'flowlord_working{part="bus"}', values: '1x20 0x40' }
      - { series: 'flowlord_outbox_rows', values: '0+100x60' }
      - { series: 'flowlord_results_total{result="error"}', values: '0+10x60' }
    alert_rule_test:
      - { eval_time: 10m, alertname: FlowlordNotWorking, exp_alerts: [] }
      - { eval_time: 10m, alertname: FlowlordDown, exp_alerts: [] }
      - eval_time: 30m
        alertname: FlowlordNotWorking
        exp_alerts:
          - exp_labels: { severity: page, part: bus }
            exp_annotations:
              summary: "A part of Flowlord does not work: bus"
              description: GET /status says why.
      - eval_time: 50m
        alertname: FlowlordOutboxGrows
        exp_alerts:
          - exp_labels: { severity: page }
            exp_annotations:
              summary: Decided messages do not leave for the bus
              description: The broker is unreachable or refuses them; flowlord_refused_messages_total shows refusals.
`;

test("an alert fires when it should, and not before", (t) => {
  if (!hasPromtool(t)) return;
  const dir = mkdtempSync(join(tmpdir(), "flowlord-rules-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, "test.yml");
  writeFileSync(path, FIRING.replace("RULES", JSON.stringify(RULES)));
  const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", path], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
});

test("every metric of the rules is one of /metrics, with the labels that they select", async () => {
  const { text } = await metricsText({
    counts: createCounts(),
    sources: {
      version: "1",
      status: () => ({ bus: WELL, store: { ...WELL, integrity: "checked" }, scheduler: WELL, degraded: [] }),
      counts: async () => EMPTY_COUNTS,
      bus: () => BROKER_BUS,
      database: MEASURED_DATABASE,
    },
  });
  const names = new Set([...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name));
  const used = new Set([...TEXT.matchAll(/\b(?:flowlord|process)_[a-z_]+\b/g)].map(([name]) => name));
  assert.ok(used.size > 8);
  assert.deepEqual(
    [...used].filter((name) => !names.has(name)),
    [],
  );
  for (const [, name = "", label = "", value = ""] of TEXT.matchAll(/(flowlord_[a-z_]+)\{(\w+)="([^"]+)"\}/g))
    assert.match(text, new RegExp(`^${name}\\{[^}]*${label}="${value}"`, "m"));
});

test("docs/operations.md says of every alert what to do, whether to page, and of no other", () => {
  const rules = TEXT.split("- alert: ").slice(1);
  const expected = rules.map((rule) => [rule.split("\n")[0], /severity: (\w+)/.exec(rule)?.[1]]);
  const rows = [...pageText("operations.md").matchAll(/^\| `(Flowlord\w+)` \| (page|ticket) \| .+ \|$/gm)];
  assert.deepEqual(
    rows.map(([, name, severity]) => [name, severity]),
    expected,
  );
});
