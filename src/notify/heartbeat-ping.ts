import { httpTarget, type HttpTargetOptions } from "./http-target.ts";

/** Sends a heartbeat: calls a URL, without a body. Throws NotifyError, whose message does not show the URL. */
export function createHeartbeatPing(options: HttpTargetOptions): (signal: AbortSignal) => Promise<void> {
  const target = httpTarget(options);
  return async (signal) => void (await target.send(null, {}, signal));
}
