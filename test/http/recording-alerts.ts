import type { AlertControl } from "../../src/engine/alerts/alert-control.ts";

/** Remembers what it was asked for; alerts and silences above 100 do not exist. */
export function recordingAlerts(): { readonly asked: unknown[][]; readonly alerts: AlertControl } {
  const asked: unknown[][] = [];
  const alerts: AlertControl = {
    acknowledge: async (...bearer) => {
      asked.push(["acknowledge", ...bearer]);
      return bearer[0].filter((id) => id <= 100);
    },
    resolve: async (...bearer) => {
      asked.push(["resolve", ...bearer]);
      return bearer[0].filter((id) => id <= 100);
    },
    silence: async (...bearer) => {
      asked.push(["silence", ...bearer]);
      return 3;
    },
    endSilence: async (...bearer) => {
      asked.push(["endSilence", ...bearer]);
      return bearer[0] <= 100;
    },
    channels: () => [],
    test: async (...bearer) => {
      asked.push(["test", ...bearer]);
      return { sent: true, answer: "200 ok", tries_again: false };
    },
  };
  return { asked, alerts };
}
