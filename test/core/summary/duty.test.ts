import assert from "node:assert/strict";
import { test } from "node:test";
import { type AlertGroup, duties } from "../../../src/core/summary/duty.ts";
import { errorRates } from "../../../src/core/summary/error-rates.ts";

const NOTHING = { failing: [], alerts: [], rates: [], deadLetters: 0, overdue: 0 };

function group(given: Partial<AlertGroup>): AlertGroup {
  const alert = {
    alert_type: "retry_exhausted",
    severity: "warning",
    type: "load",
    alerts: 1,
    tasks: 1,
    since: 5,
  } as const;
  return { ...alert, message: "load gave up", ids: [1], ...given };
}

test("duties are ranked by severity, then by their tasks, then by age, and are three at most", () => {
  const found = duties({
    ...NOTHING,
    failing: ["store: the disk is full"],
    alerts: [
      group({ message: "few and old", tasks: 2, since: 1 }),
      group({ message: "many", tasks: 9, since: 8 }),
      group({ message: "few and new", tasks: 2, since: 7 }),
      group({ message: "bus down", severity: "critical", type: "", tasks: 1 }),
      group({ message: "only to know", severity: "info", tasks: 900 }),
    ],
  });
  // The one that is about no tasks is not ahead of the store, which nobody knows the age of.
  assert.deepEqual(
    found.map(({ sentence }) => sentence),
    ["bus down.", "store: the disk is full.", "many."].map((text) => text.replace("full.", "full")),
  );
  assert.deepEqual(
    duties({ ...NOTHING, alerts: [group({ tasks: 2, since: 7 }), group({ tasks: 2, since: 1 })] }).map(
      ({ since }) => since,
    ),
    [1, 7],
  );
});

test("each duty is a sentence that says what and how many", () => {
  const rates = errorRates([{ type: "load", total: 40, failed: 5, finished: 40 }], {
    errorRate: 0.05,
    types: {},
    minTasks: 10,
  });
  const sentences = [
    duties({ ...NOTHING, alerts: [group({ alerts: 3, tasks: 7 })] }),
    duties({ ...NOTHING, rates }),
    duties({ ...NOTHING, overdue: 1 }),
    duties({ ...NOTHING, deadLetters: 1234 }),
    duties({ ...NOTHING, alerts: [group({ message: `${"x".repeat(300)}\nmore`, type: "" })] }),
  ].map(([first]) => first?.sentence ?? "");
  assert.deepEqual(sentences.slice(0, 4), [
    "load gave up. And 2 more like it of load.",
    "5 of 40 tasks of load failed: 13 %, more than 5 %.",
    "1 task is past the time to be done: find out what the workers do.",
    "1,234 messages could not be understood: redrive the dead letters, or find out who sends them.",
  ]);
  assert.equal(sentences[4], `${"x".repeat(199)}…`);
  assert.deepEqual(duties(NOTHING), []);
});

test("error rates are judged by the threshold of their type, and not while there are few tasks", () => {
  const of = (type: string, failed: number, finished: number) => ({ type, total: finished, failed, finished });
  const types = [of("a", 1, 20), of("b", 2, 20), of("c", 3, 4), of("fine", 0, 9), of("toString", 2, 20)];
  const rates = errorRates(types, { errorRate: 0.05, types: { b: 0.2 }, minTasks: 10 });
  assert.deepEqual(
    rates.map(({ type, rate, threshold, above }) => [type, rate, threshold, above]),
    [
      ["toString", 0.1, 0.05, true],
      ["c", 0.75, 0.05, false],
      ["b", 0.1, 0.2, false],
      ["a", 0.05, 0.05, false],
    ],
  );
});

test("each duty says where to do something about it", () => {
  const rates = errorRates([{ type: "load", total: 40, failed: 5, finished: 40 }], {
    errorRate: 0.05,
    types: {},
    minTasks: 10,
  });
  const [alert, rate] = [
    duties({ ...NOTHING, alerts: [group({ ids: [7, 8] })] }),
    duties({ ...NOTHING, rates }),
  ].flat();
  assert.deepEqual([alert?.about, alert?.alertIds, alert?.type], ["alerts", [7, 8], "load"]);
  assert.deepEqual([rate?.about, rate?.type], ["tasks", "load"]);
  const others = [
    duties({ ...NOTHING, overdue: 1 }),
    duties({ ...NOTHING, deadLetters: 1 }),
    duties({ ...NOTHING, failing: ["the disk is full"] }),
  ];
  assert.deepEqual(
    others.map(([first]) => [first?.about, first?.type]),
    [
      ["tasks", ""],
      ["dead_letters", ""],
      ["instance", ""],
    ],
  );
});
