import type { AlertControl } from "../alerts/alert-control.ts";
import type { LegacyAnswer } from "./legacy-answer.ts";

/** The channel of `[slack]`, the only one that the older program had. */
const CHANNEL = "slack";

/** `GET /notify`: a test message. 200 in any case: the body says why it was not sent, and is empty when it was. */
export async function notifyAnswer(
  alerts: Pick<AlertControl, "test" | "channels">,
  text: string,
): Promise<LegacyAnswer> {
  if (!alerts.channels().some(({ name }) => name === CHANNEL)) {
    return failed("no [slack] is configured; flowlord alerts test sends through the other channels");
  }
  const { sent, answer } = await alerts.test(CHANNEL, "GET /notify", text);
  return sent ? { status: 200, contentType: null, body: "" } : failed(answer);
}

function failed(reason: string): LegacyAnswer {
  return { status: 200, contentType: "text/plain; charset=utf-8", body: `slack: ${reason}` };
}
