import type { KeepPolicy } from "../core/backup/keep-policy.ts";
import type { CronSchedule } from "../core/cron/cron.ts";
import type { WorkerOptions } from "../contract/worker-options.ts";
import type { Thresholds } from "../core/summary/error-rates.ts";
import type { LinkTemplate } from "../core/task/task-links.ts";
import type { RetentionDefaults } from "../core/retention/policy.ts";
import type { RedactRules } from "../contract/redact/rules.ts";
import type { ChannelRoute } from "../core/alerts/alert-routes.ts";

/**
 * The checked configuration in force. Times are milliseconds. Local paths are absolute; URLs (`s3://…`, `gs://…`) stay
 * unchanged; an empty text means off, or not set.
 */
export interface Options {
  /** Empty when no workflow is configured: `serve` refuses that, the reading commands do not. */
  readonly workflow: string;
  /** Take workflows whose files are gone for removed, however many. */
  readonly allowRemoval: boolean;
  readonly web: WebOptions;
  /** 0 = the workflow files are not polled. */
  readonly refresh: number;
  /** How long tasks may go on after SIGTERM. */
  readonly drainTimeout: number;
  readonly doneTopic: string;
  /** Empty = no file events. */
  readonly fileTopics: readonly string[];
  /** Empty = exhausted tasks are not sent on. */
  readonly failedTopic: string;
  /** 0 = no HTTP server. */
  readonly statusPort: number;
  /** The public name of this machine: the HTTP server accepts requests to it. */
  readonly host: string;
  /** The address to listen on. */
  readonly listen: string;
  readonly insecure: boolean;
  readonly auth: AuthOptions;
  /** Null = nobody logs in at a provider. */
  readonly oidc: OidcOptions | null;
  /** Where people reach this instance in a browser, without a slash at its end; null: unknown. */
  readonly publicUrl: string | null;
  /** Null = plain HTTP. */
  readonly tls: TlsOptions | null;
  readonly redact: RedactRules;
  readonly thresholds: Thresholds;
  /** How long history is kept. */
  readonly retention: RetentionDefaults;
  /** IANA zone; null = the zone of the process. */
  readonly timezone: string | null;
  /** Folder for data besides the database. */
  readonly data: string;
  /** Backfills get at least one of so many turns while live tasks wait. */
  readonly backfillTurn: number;
  readonly metaRoots: readonly string[];
  readonly slack: SlackOptions;
  /** Whom to notify of alerts; `slack`, when it has a URL, is the first. */
  readonly channels: readonly ChannelOptions[];
  /** Shown with tasks, phases and alerts. */
  readonly links: readonly LinkTemplate[];
  /** Raise an alert for a file that no phase matches. */
  readonly alertOnUnmatched: boolean;
  readonly openTokens: "send" | "refuse";
  /** Null = no heartbeat. */
  readonly heartbeat: HeartbeatOptions | null;
  readonly bus: BusOptions;
  readonly file: FileOptions;
  readonly sqlite: SqliteOptions;
  /** Null: none are made. */
  readonly backup: BackupOptions | null;
  /** Null: rows are deleted without being archived. */
  readonly archive: ArchiveOptions | null;
  readonly log: LogOptions;
  readonly logs: TaskLogOptions;
  /** The file in which the command line finds the running instance. */
  readonly instanceFile: string;
  readonly watches: readonly WatchOptions[];
  readonly workers: readonly WorkerOptions[];
}

export interface WebOptions {
  /** Operators may change the workflow files. */
  readonly edit: boolean;
}

export interface AuthOptions {
  /** A login is needed also while there is no user. */
  readonly required: boolean;
  readonly sessionIdle: number;
  readonly sessionLifetime: number;
  /** 0 = no limit. */
  readonly requestsPerSecond: number;
  /** Addresses, and networks as `10.1.0.0/16`. */
  readonly trustedProxies: readonly string[];
  /** In lower case; empty = none. */
  readonly proxyUserHeader: string;
}

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Empty = a public client. */
  readonly clientSecret: string;
  /** Scheme, host and port. */
  readonly publicUrl: string;
  readonly scopes: readonly string[];
  readonly userClaim: string;
  readonly groupsClaim: string;
  /** The role that each group gives, as the text of grants. */
  readonly groups: ReadonlyMap<string, string>;
}

/** PEM files. */
export interface TlsOptions {
  readonly certificate: string;
  readonly key: string;
  /** Empty = the key has none. */
  readonly passphrase: string;
}

export interface SlackOptions {
  readonly channel: string;
  readonly prefix: string;
  readonly url: string;
  readonly title: string;
  readonly minFrequency: number;
  /** Never below `minFrequency`. */
  readonly maxFrequency: number;
  readonly sendResolved: boolean;
}

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const CHANNEL_KINDS = ["slack", "webhook", "pagerduty", "teams", "email"] as const;

export type ChannelOptions =
  | SlackChannelOptions
  | WebhookChannelOptions
  | PagerdutyChannelOptions
  | TeamsChannelOptions
  | EmailChannelOptions;

export interface SlackChannelOptions extends ChannelRoute {
  readonly kind: "slack";
  readonly url: string;
  readonly channel: string;
  readonly prefix: string;
  readonly title: string;
}

export interface WebhookChannelOptions extends ChannelRoute {
  readonly kind: "webhook";
  readonly url: string;
  /** Empty = requests are not signed. */
  readonly secret: string;
}

export interface PagerdutyChannelOptions extends ChannelRoute {
  readonly kind: "pagerduty";
  readonly url: string;
  readonly routingKey: string;
}

export interface TeamsChannelOptions extends ChannelRoute {
  readonly kind: "teams";
  readonly url: string;
  readonly prefix: string;
}

export type SmtpTls = (typeof SMTP_TLS)[number];

export const SMTP_TLS = ["starttls", "implicit", "none"] as const;

export interface EmailChannelOptions extends ChannelRoute {
  readonly kind: "email";
  readonly host: string;
  readonly port: number;
  readonly tls: SmtpTls;
  /** Null = the system's authorities. */
  readonly caFile: string | null;
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
  readonly to: readonly string[];
  /** Prefix of the subject. */
  readonly prefix: string;
}

export interface HeartbeatOptions {
  readonly url: string;
  /** At least a second. */
  readonly every: number;
  readonly method: "POST" | "GET";
}

export type BusKind = (typeof BUS_KINDS)[number];

export const BUS_KINDS = [
  "memory",
  "file",
  "stdio",
  "stdin",
  "stdout",
  "stderr",
  "null",
  "nop",
  "nsq",
  "pubsub",
  "nats",
] as const;

export interface BusOptions {
  /** The bus to read from, and the one to write to; nearly always the same. */
  readonly inKind: BusKind;
  readonly outKind: BusKind;
  readonly nsqdHosts: readonly string[];
  readonly lookupdHosts: readonly string[];
  readonly nsq: NsqSettings;
  readonly pubsubHost: string;
  readonly projectId: string;
  readonly jsonAuth: string;
  /** From ten seconds to ten minutes. */
  readonly pubsubAckDeadline: number;
  readonly nats: NatsSettings;
  /** Folder of the topics of bus `file`. */
  readonly path: string;
  /** Bytes. */
  readonly rotateSize: number;
}

export interface NsqSettings {
  readonly lookupdPoll: number;
  /** Null = no TLS. Files: null = the system's authorities, no client certificate. */
  readonly tls: {
    readonly caFile: string | null;
    readonly certFile: string | null;
    readonly keyFile: string | null;
    readonly verify: boolean;
  } | null;
  readonly authSecret: string | null;
  readonly compression: NsqCompression;
  /** Null = the setting of nsqd. */
  readonly msgTimeout: number | null;
  readonly heartbeat: number;
}

export interface NatsSettings {
  readonly servers: readonly string[];
  /** Null = a stream for each topic. */
  readonly stream: string | null;
  readonly prefix: string;
  readonly login:
    | { readonly kind: "none" }
    | { readonly kind: "token"; readonly token: string }
    | { readonly kind: "password"; readonly user: string; readonly password: string }
    | { readonly kind: "file"; readonly path: string };
  /** Null = as the server requires. Files: null = the system's authorities, no client certificate. */
  readonly tls: {
    readonly caFile: string | null;
    readonly certFile: string | null;
    readonly keyFile: string | null;
  } | null;
  /** 0 = no limit. */
  readonly maxAge: number;
  readonly replicas: number;
  readonly ackWait: number;
}

export type NsqCompression = (typeof NSQ_COMPRESSIONS)[number];

export const NSQ_COMPRESSIONS = ["none", "deflate", "snappy"] as const;

/** Object storage, and how files are written to it. */
export interface FileOptions {
  /** Servers (`host:port`) that `mc://` and `mcs://` paths may name. */
  readonly hosts: readonly string[];
  readonly accessKey: string;
  readonly secretKey: string;
  readonly compression: string;
  readonly useBuffer: boolean;
  readonly bufferDir: string;
  readonly keepFailedBuffer: boolean;
}

/** How what changes between two backups is stored. Times in milliseconds. */
export interface ContinuousOptions {
  /** How far back every moment can be restored. */
  readonly pointInTime: number;
  readonly every: number;
  readonly maxLag: number;
  /** The folder of what waits for the bucket. */
  readonly spool: string;
  /** Bytes that may wait. */
  readonly maxSpool: number;
}

/** Where, when and for how long backups are made. */
export interface BackupOptions {
  /** A folder, or the address of a bucket. */
  readonly target: string;
  /** The one plain copy that the older program wrote, when `backup_path` names such a file. */
  readonly plainCopy: string | null;
  /** Null: only by hand and at a stop. */
  readonly schedule: CronSchedule | null;
  /** How long (ms) a stop may take for one more; 0 = none. */
  readonly stopWithin: number;
  /** An age identity; null: they are not encrypted. */
  readonly key: string | null;
  readonly scratch: string;
  readonly keep: KeepPolicy;
  /** Null: nothing is stored between two backups. */
  readonly continuous: ContinuousOptions | null;
  /** Of a start whose database and newest backup are not of one history. */
  readonly onDivergence: "stop" | "local" | "remote";
  /** Of a start that cannot read the backups. */
  readonly onUnreachable: "stop" | "continue";
}

/** Where rows go before they are deleted. */
export interface ArchiveOptions {
  /** A folder, or the address of a bucket. */
  readonly target: string;
  /** The folder for what a query downloads. */
  readonly scratch: string;
}

export interface SqliteOptions {
  readonly localPath: string;
  /** How many copies stay that were made before a migration; 0: none is made. */
  readonly migrationCopies: number;
  /** At least an hour. */
  readonly taskTtl: number;
  /** Null = history is never deleted. */
  readonly retention: number | null;
  /** Bytes; 0: no limit. */
  readonly maxSize: number;
  /** Bytes of free space; null: as the size of the disk suggests, 0: never. */
  readonly disk: { readonly alert: number | null; readonly stop: number | null };
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export const LOG_FORMATS = ["auto", "text", "json"] as const;

export interface LogOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  /** `auto`: text on a terminal, JSON elsewhere. */
  readonly format: (typeof LOG_FORMATS)[number];
  /** Empty = standard error. */
  readonly file: string;
}

/** What the commands of tasks write. */
export interface TaskLogOptions {
  /** Of workers that name no other. */
  readonly dir: string;
  /** It and those of the workers, each once. */
  readonly dirs: readonly string[];
  /** How much of the log of one task is kept that comes from another machine. */
  readonly receivedMaxBytes: number;
  /** How long logs are kept; null: as long as the records. */
  readonly retention: number | null;
  /** Of all logs in one folder; 0 = no limit. */
  readonly dirMaxBytes: number;
}

/** A folder, or one in a bucket, whose arriving files become file events. */
export interface WatchOptions {
  /** Of a bucket without a slash at its end. */
  readonly path: string;
  /** Below `path`; `**` reaches into subfolders. */
  readonly pattern: string;
  readonly settle: number;
  readonly checksum: boolean;
  readonly existing: boolean;
  /** Of a bucket. */
  readonly poll: number;
}
