import { serverOrSkip, type ServerUser } from "./find.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface NsqServer {
  /** `host:port` of the protocol, and of HTTP. */
  readonly tcp: string;
  readonly http: string;
  readonly process: ServerProcess;
}

/** Null when nsqd is not to be had; the test is skipped then. `lookupd`: `host:port` of the protocol of each. */
export async function startNsqd(
  t: ServerUser,
  { lookupd = [], flags = [] }: { readonly lookupd?: readonly string[]; readonly flags?: readonly string[] } = {},
): Promise<NsqServer | null> {
  const path = serverOrSkip(t, "nsqd");
  if (path === null) return null;
  const [tcp, http, https] = await addresses(3);
  const process = await ServerProcess.start(t, {
    path,
    args: (dir) => [
      `-tcp-address=${tcp}`,
      `-http-address=${http}`,
      `-https-address=${https}`,
      "-broadcast-address=127.0.0.1",
      `-data-path=${dir}`,
      ...lookupd.map((one) => `-lookupd-tcp-address=${one}`),
      ...flags,
    ],
    isReady: () => pings(http),
  });
  return { tcp, http, process };
}

/** Null when nsqlookupd is not to be had; the test is skipped then. */
export async function startNsqlookupd(t: ServerUser): Promise<NsqServer | null> {
  const path = serverOrSkip(t, "nsqlookupd");
  if (path === null) return null;
  const [tcp, http] = await addresses(2);
  const process = await ServerProcess.start(t, {
    path,
    args: () => ["-tcp-address", tcp, "-http-address", http, "-broadcast-address", "127.0.0.1"],
    isReady: () => pings(http),
  });
  return { tcp, http, process };
}

export interface TopicStats {
  readonly depth: number;
  readonly inFlight: number;
  readonly deferred: number;
}

/** What a topic holds, its channels included: all 0 when nothing is left of it. */
export async function topicStats(http: string, topic: string): Promise<TopicStats> {
  const answer = await fetch(`http://${http}/stats?format=json&topic=${topic}`);
  const { topics } = (await answer.json()) as {
    topics: { depth: number; channels: { depth: number; in_flight_count: number; deferred_count: number }[] | null }[];
  };
  const channels = topics.flatMap((one) => one.channels ?? []);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    depth: sum(topics.map((one) => one.depth)) + sum(channels.map((one) => one.depth)),
    inFlight: sum(channels.map((one) => one.in_flight_count)),
    deferred: sum(channels.map((one) => one.deferred_count)),
  };
}

async function addresses<N extends number>(
  count: N,
): Promise<N extends 2 ? [string, string] : [string, string, string]> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  return ports.map((port) => `127.0.0.1:${port}`) as N extends 2 ? [string, string] : [string, string, string];
}

async function pings(http: string): Promise<boolean> {
  try {
    return (await fetch(`http://${http}/ping`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
