import assert from "node:assert/strict";
import { test } from "node:test";
import { cronWords } from "../../../src/core/cron/cron-words.ts";

const WORDS: Readonly<Record<string, string | null>> = {
  "* * * * *": "every minute",
  "*/10 * * * *": "every 10 minutes",
  "0/15 * * * *": "every 15 minutes",
  "*/7 * * * *": null,
  "0 * * * *": "every hour",
  "4 * * * *": "every hour at 4 past",
  "15,45 * * * *": "every hour at 15 and 45 past",
  "45,15 */6 * * *": "every 6 hours at 15 and 45 past",
  "0 */5 * * *": null,
  "0 5 * * *": "every day at 05:00",
  "30 5,17 * * *": "every day at 05:30 and 17:30",
  "0,10,20 1,2 * * *": null,
  "0 5 * * 1": "every Monday at 05:00",
  "0 5 * * MON-FRI": "Monday to Friday at 05:00",
  "0 5 * * sat,sun": "every Saturday and Sunday at 05:00",
  "*/10 * * * 1-5": "every 10 minutes of Monday to Friday",
  "0 * * * 0": "every hour of every Sunday",
  "0 0 1 * *": "on day 1 of every month at 00:00",
  "0 4 1,15 * *": "on days 1 and 15 of every month at 04:00",
  "0 0 1 jan,7 *": "on day 1 of January and July at 00:00",
  "0 0 1 * 1": null,
  "0 0 */2 * *": null,
  "0 8-17 * * *": null,
  "0 0 5 * * *": "every day at 05:00",
  "* * * * * *": "every second",
  "*/5 * * * * *": "every 5 seconds",
  "30 0 5 * * *": null,
  "@daily": "every day at 00:00",
  "@hourly": "every hour",
  "@weekly": "every Sunday at 00:00",
  "@yearly": "on day 1 of January at 00:00",
  "@every 90s": "every 90s",
  "TZ=Asia/Tokyo 0 5 * * *": "every day at 05:00",
  "CRON_TZ=UTC @daily": "every day at 00:00",
  "0 25 * * *": null,
  "": null,
  nonsense: null,
};

for (const [text, words] of Object.entries(WORDS))
  test(`the words for ${JSON.stringify(text)}`, () => {
    assert.equal(cronWords(text), words);
  });
