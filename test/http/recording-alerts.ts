import type { AlertControl } from "../../src/engine/alerts/alert-control.ts";

/** Remembers what it was asked for; alerts and silences above 100 do not exist. */
export function recordingAlerts(): { readonly asked: unknown[][]; readonly alerts: AlertControl } {
  const asked: unknown[][] = [];
  const alerts: AlertControl = {
    acknowledge: async (...given) => {
      asked.push(["acknowledge", ...given]);
      return given[0].filter((id) => id <= 100);
    },
    resolve: async (...given) => {
      asked.push(["resolve", ...given]);
      return given[0].filter((id) => id <= 100);
    },
    silence: async (...given) => {
      asked.push(["silence", ...given]);
      return 3;
    },
    endSilence: async (...given) => {
      asked.push(["endSilence", ...given]);
      return given[0] <= 100;
    },
    test: async (...given) => {
      asked.push(["test", ...given]);
      return { sent: true, answer: "200 ok", tries_again: false };
    },
  };
  return { asked, alerts };
}
