import assert from "node:assert/strict";
import { test } from "node:test";
import { phaseWords } from "../../../../src/core/workflow/phase/phase-words.ts";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";
import { withJoins } from "../../../../src/core/workflow/joins/join-plans.ts";

const HOUR = 3_600_000;

/** The sentences of the last phase of a file. */
function wordsOf(source: string): readonly string[] {
  const parsed = parseWorkflowFile("sales.toml", source, { zone: "UTC", now: 0 });
  const phase = withJoins(parsed.phases).at(-1);
  assert.ok(phase !== undefined, "the file has a phase");
  return phaseWords(phase, { zone: "UTC", taskTtl: 4 * HOUR });
}

/** Of a phase with these keys, those of its sentences that are not about retries and alerts. */
function startOf(keys: string): readonly string[] {
  return wordsOf(`[[phase]]\ntask = "load:warehouse"\n${keys}`).slice(0, -3);
}

const STARTS: readonly (readonly [string, readonly string[]])[] = [
  ['cron = "0 5 * * *"', ["Starts every day at 05:00 (UTC), for that time."]],
  [
    'cron = "0 5 * * *"\ntimezone = "Europe/Berlin"\noffset = "-4h"',
    ["Starts every day at 05:00 (Europe/Berlin), for the task time 4 h earlier."],
  ],
  ['rule = "cron=@every 5m&offset=1h30m"', ["Starts every 5m, for the task time 1 h 30 m later."]],
  ['cron = "@daily"\noffset = "-1d"', ["Starts every day at 00:00 (UTC), for the task time 1 day earlier."]],
  ['cron = "7 8-17 * * *"', ["Starts on the schedule `7 8-17 * * *` (UTC), for that time."]],
  [
    'cron = "0 * * * *"\ncatchup = "last"\ncatchup_window = "12h"',
    [
      "Starts every hour (UTC), for that time.",
      "Of the ticks missed while Flowlord was down, the last one is made up for, at most 12 h back.",
    ],
  ],
  [
    'cron = "0 3 * * *"\nfor = "-48h"\nby = "day"\nmeta = { region = ["eu", "us"], limit = [100, 200] }',
    [
      "Starts every day at 03:00 (UTC), for that time.",
      "Makes one task for each day of 48 h back from the task time, and each of 2 rows of `region` and `limit`.",
    ],
  ],
  [
    'rule = "cron=@daily&meta=table:a,b,c"',
    ["Starts every day at 00:00 (UTC), for that time.", "Makes one task for each `table` of 3."],
  ],
  [
    'rule = "cron=@daily&meta-file=/data/customers.csv"',
    ["Starts every day at 00:00 (UTC), for that time.", "Makes one task for each row of `/data/customers.csv`."],
  ],
  [
    'rule = "files=/in/*/*.csv"',
    ["Starts for each file that matches `/in/*/*.csv`; its task time is the date in the path, if there is one."],
  ],
  [
    'files_glob = "/in/**/part-*.{csv,json}"\ngather = 24\ngather_timeout = "2h"\ntask_time = "received"\nexpect_by = "0 6 * * *"',
    [
      "Starts once 24 files of one task time that match `/in/**/part-*.{csv,json}` have come, or 2 h after the first with those that came; its task time is when the file came.",
      "An alert is raised every day at 06:00 if too few files have come for the task time of then.",
    ],
  ],
  ['dependsOn = "extract"', ["Starts when extract completes, for the same task time."]],
  [
    'dependsOn = ["extract:a", "other.toml: extract:b"]',
    ["Starts when extract:a or extract:b of other.toml completes, for the same task time."],
  ],
  [
    'dependsOn = "extract"\non = "error"\nrequire = ["report"]',
    ["Starts when extract has failed and has no retry left, for the same task time, if its meta has `report`."],
  ],
  [
    'cron = "@hourly"\noverlap = "skip"',
    ["Starts every hour (UTC), for that time.", "While a task of it is unfinished, no other is made."],
  ],
  [
    'cron = "@hourly"\noverlap = "queue"\nmax_active = 3',
    ["Starts every hour (UTC), for that time.", "While 3 of its tasks are unfinished, others wait."],
  ],
  [
    'cron = "@hourly"\npaused = true',
    ["Its file says that it is paused: nothing of it is started.", "Starts every hour (UTC), for that time."],
  ],
  [
    '[[phase.param]]\nname = "region"\n[[phase.param]]\nname = "day"\ndefault = "today"',
    ["Nothing starts it by itself: it is triggered by hand with `region` (required) and `day`."],
  ],
];

for (const [keys, words] of STARTS)
  test(`the words for the start of a phase with ${keys.replaceAll("\n", " ")}`, () => {
    assert.deepEqual(startOf(keys), words);
  });

const JOIN = `
[[phase]]
task = "extract:orders"
cron = "@daily"
[[phase]]
task = "extract:stock"
cron = "@daily"
[[phase]]
task = "combine"
dependsOn = ["extract:orders", "extract:stock"]
join = "all"
`;

test("a join names what it waits for", () => {
  assert.equal(
    wordsOf(JOIN)[0],
    "Starts when all tasks of extract:orders and extract:stock of the same task time are complete.",
  );
  assert.equal(
    wordsOf(`${JOIN}join_when = "all_done"`)[0],
    "Starts when all tasks of extract:orders and extract:stock of the same task time are done, failed ones too.",
  );
});

const RETRIES: readonly (readonly [string, string])[] = [
  ["retry = 0", "It is not retried."],
  ["retry = 1", "Retries once, after 1 s."],
  ["retry = 3", "Retries 3 times, after 1 s each."],
  ['retry = 2\nretry_delay = "30s"', "Retries twice, after 30 s each, with 0 to 40 % added."],
  [
    'retry = 3\nretry_delay = "5m"\nretry_backoff = "exponential"',
    "Retries 3 times, after 5 m, 10 m and 20 m, each with 0 to 40 % added.",
  ],
  [
    'retry = 9\nretry_delay = "10s"\nretry_backoff = "exponential"\nretry_max_delay = "1m"',
    "Retries 9 times, after 10 s, 20 s, 40 s, 1 m, 1 m and so on, each with 0 to 40 % added, at most 1 m.",
  ],
  ["retry = 40", "Retries 40 times, after 1 s each."],
];

for (const [keys, words] of RETRIES)
  test(`the words for ${keys.replaceAll("\n", " ")}`, () => {
    assert.ok(
      wordsOf(`[[phase]]\ntask = "load"\n${keys}`).includes(words),
      wordsOf(`[[phase]]\ntask = "load"\n${keys}`).join(" "),
    );
  });

const ALERTS: readonly (readonly [string, readonly string[]])[] = [
  ["retry = 1", ["Alerts when no retry is left.", "A task without a result 4 h after its creation raises an alert."]],
  [
    'severity = "critical"\nnotify = ["ops", "data"]\ntimeout = "30m"',
    [
      "Alerts to `ops` and `data` when it fails, as critical.",
      "A task without a result 30 m after its creation raises an alert.",
    ],
  ],
  [
    'no_alert = true\ntimeout = "90s after last report"\ninherit_meta = true',
    [
      "No alert is raised when it fails.",
      "A task without a result 90 s after its creation and each report of its worker raises an alert.",
      "Its children keep its meta.",
    ],
  ],
];

for (const [keys, words] of ALERTS)
  test(`the words for the alerts of ${keys.replaceAll("\n", " ")}`, () => {
    assert.deepEqual(wordsOf(`[[phase]]\ntask = "load"\n${keys}`).slice(-words.length), words);
  });
