import { MINUTE } from "../../../contract/time/time-units.ts";

export type Compression = "none" | "deflate" | "snappy";

/** Description and requested features of the client. */
export interface IdentifyRequest {
  readonly clientId: string;
  readonly hostname: string;
  readonly userAgent: string;
  /** Milliseconds; null: the server's default. */
  readonly msgTimeoutMs: number | null;
  readonly heartbeatMs: number;
  readonly tls: boolean;
  readonly compression: Compression;
}

/** Features that the server agreed to. Times in milliseconds. */
export interface Agreement {
  readonly version: string;
  readonly maxRdyCount: number;
  readonly msgTimeoutMs: number;
  readonly maxMsgTimeoutMs: number;
  readonly tls: boolean;
  readonly compression: Compression;
  readonly authRequired: boolean;
}

/** Shortest output buffer time-out that a server allows by default. */
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
    // Unbuffered, the server sends each message at once instead of collecting more. A compressed stream is only flushed
    // by the buffer timer, so a message may wait that long.
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
    // Treat an invalid answer as agreeing to nothing; a requested feature that is missing is then reported by name.
    return {};
  }
}
