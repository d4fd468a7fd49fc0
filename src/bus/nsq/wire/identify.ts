import { MINUTE } from "../../../contract/time-units.ts";

export type Compression = "none" | "deflate" | "snappy";

/** What the client tells of itself and asks for. */
export interface IdentifyRequest {
  readonly clientId: string;
  readonly hostname: string;
  readonly userAgent: string;
  /** Milliseconds; null: the server's. */
  readonly msgTimeoutMs: number | null;
  readonly heartbeatMs: number;
  readonly tls: boolean;
  readonly compression: Compression;
}

/** What the server agreed to. Times in milliseconds. */
export interface Agreement {
  readonly version: string;
  readonly maxRdyCount: number;
  readonly msgTimeoutMs: number;
  readonly maxMsgTimeoutMs: number;
  readonly tls: boolean;
  readonly compression: Compression;
  readonly authRequired: boolean;
}

/** Shortest time to gather output that a server allows unless it is told otherwise. */
const GATHER_MS = 25;

/** The JSON of IDENTIFY. */
export function identifyBody(request: IdentifyRequest): string {
  return JSON.stringify({
    client_id: request.clientId,
    hostname: request.hostname,
    user_agent: request.userAgent,
    feature_negotiation: true,
    heartbeat_interval: request.heartbeatMs,
    ...(request.msgTimeoutMs === null ? {} : { msg_timeout: request.msgTimeoutMs }),
    // Unbuffered, each message leaves the server at once instead of waiting for company. A compressed stream is only
    // flushed by that timer, so there a message may wait as long as the timer is.
    ...(request.compression === "none" ? { output_buffer_size: -1 } : { output_buffer_timeout: GATHER_MS }),
    tls_v1: request.tls,
    deflate: request.compression === "deflate",
    snappy: request.compression === "snappy",
  });
}

/** The answer to IDENTIFY; a server without feature negotiation answers `OK` alone. */
export function readAgreement(answer: string): Agreement {
  const fields = fieldsOf(answer);
  const number = (key: string, standard: number): number => {
    const value = fields[key];
    return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : standard;
  };
  return {
    version: typeof fields["version"] === "string" ? fields["version"] : "unknown",
    maxRdyCount: number("max_rdy_count", 2500),
    msgTimeoutMs: number("msg_timeout", MINUTE),
    maxMsgTimeoutMs: number("max_msg_timeout", 15 * MINUTE),
    tls: fields["tls_v1"] === true,
    compression: fields["deflate"] === true ? "deflate" : fields["snappy"] === true ? "snappy" : "none",
    authRequired: fields["auth_required"] === true,
  };
}

function fieldsOf(answer: string): Record<string, unknown> {
  if (!answer.startsWith("{")) return {};
  try {
    return JSON.parse(answer) as Record<string, unknown>;
  } catch {
    // Garbage counts as a server that agrees to nothing; what was asked for and is missing is then refused by name.
    return {};
  }
}
