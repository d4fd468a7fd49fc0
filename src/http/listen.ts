import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import type { AddressInfo, Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { InstanceFile } from "../contract/api/instance-api.ts";
import { codeOf, toError } from "../contract/to-error.ts";
import { accessControl } from "../engine/access/access-control.ts";
import { viewControl } from "../engine/access/view-control.ts";
import type { Audit } from "../engine/access/audit.ts";
import { logins as loginsOf } from "../engine/access/logins.ts";
import { newSecret, Passwords } from "../engine/access/secrets.ts";
import type { AlertControl } from "../engine/alerts/alert-control.ts";
import type { BackfillControl } from "../engine/backfill/backfill-control.ts";
import type { EngineContext } from "../engine/context.ts";
import { createTask } from "../engine/create-task.ts";
import { admitted, admittedBackfills, admittedTasks } from "../engine/maintenance/admitted-acts.ts";
import type { IntakeGate } from "../engine/maintenance/intake-gate.ts";
import { finishFiles } from "../engine/files/finish-gathered.ts";
import { redriveFiles } from "../engine/files/redrive-files.ts";
import { reportFile } from "../engine/files/report-file.ts";
import type { LegacyControl } from "../engine/legacy/legacy-control.ts";
import { redriveDeadLetters, sendMessages } from "../engine/send-messages.ts";
import { acceptRemoval } from "../engine/workflows/accept-removal.ts";
import { noteControl } from "../engine/notes/note-control.ts";
import { actOnSelection } from "../engine/steering/task-actions.ts";
import { engineQueries, type InstanceParts } from "../engine/queries/engine-queries.ts";
import { type EditorParts, workflowEditor } from "../engine/workflows/workflow-editor.ts";
import { triggerPhase } from "../engine/workflows/trigger-phase.ts";
import { PlannedAhead } from "../engine/summary/planned-work.ts";
import { UsualWork } from "../engine/queries/usual-work.ts";
import { summarize, type SummarySources } from "../engine/summary/summarize.ts";
import { taskControl } from "../engine/steering/task-control.ts";
import { buildApp } from "./app.ts";
import { type KeyPair, tlsServer } from "./tls-server.ts";
import { gate } from "./auth/identify.ts";
import { CALLBACK, OidcLogins } from "./auth/oidc/oidc-logins.ts";
import { Provider, type ProviderOptions } from "./auth/oidc/provider.ts";
import { addressList } from "./auth/address-list.ts";
import { isLoopback } from "./auth/loopback.ts";
import { rateLimit } from "./auth/rate-limit.ts";
import type { ErrorLog } from "./errors.ts";
import { LiveEvents } from "./events/live-events.ts";
import type { Counts, DatabaseSource, Metrics, MetricSources } from "./metrics.ts";
import type { ApiDeps, UseCases } from "./api/deps.ts";
import { OpenExports } from "./api/tasks/open-exports.ts";
import { healthOf, reasons, type StatusReport } from "./status-report.ts";

export interface HttpOptions {
  readonly statusPort: number;
  readonly listen: string;
  readonly host: string;
  /** Listen where others reach the server, although nobody has to log in. */
  readonly insecure: boolean;
  readonly thresholds: SummarySources["thresholds"];
  readonly logs: { readonly dirs: readonly string[] };
  readonly links: ApiDeps["instance"]["links"];
  readonly auth: {
    readonly required: boolean;
    readonly sessionIdle: number;
    readonly sessionLifetime: number;
    readonly requestsPerSecond: number;
    readonly trustedProxies: readonly string[];
    readonly proxyUserHeader: string;
  };
  /** Null: nobody logs in at a provider. */
  readonly oidc: OidcSettings | null;
  /** Where people reach this server in a browser; null: unknown. */
  readonly publicUrl: string | null;
  /** Tells the command line where this instance is; readable only by its owner. */
  readonly instanceFile: string;
}

export interface OidcSettings extends Omit<ProviderOptions, "redirectUri"> {
  /** Scheme, host and port by which browsers reach this server. */
  readonly publicUrl: string;
  /** The role that each group gives, as the text of grants. */
  readonly groups: ReadonlyMap<string, string>;
}

export interface HttpParts extends InstanceParts {
  status(): StatusReport;
  /** New work of people is refused while it is closed. */
  readonly intake: Pick<IntakeGate, "admit" | "reason">;
  readonly database: Pick<DatabaseSource, "maxSize" | "disks">;
  readonly counts: Counts;
  readonly context: EngineContext;
  /** Null: plain HTTP. */
  readonly keyPair: KeyPair | null;
  readonly audit: Audit;
  readonly redact: ApiDeps["redact"];
  readonly alerts: AlertControl;
  readonly backfills: BackfillControl;
  readonly backups: UseCases["backups"];
  readonly legacy: LegacyControl;
  readonly reloadWorkflows: UseCases["reloadWorkflows"];
  readonly editing: Pick<EditorParts, "isAllowed" | "path" | "replaceFile" | "noteEdit">;
  /** Takes for removed what is missing; returns the names of the files that left. */
  acceptRemoval(): Promise<readonly string[]>;
  readonly pauses: UseCases["pauses"];
  readonly retention: UseCases["retention"];
  readonly restore: UseCases["restore"];
  readonly drain: UseCases["drain"];
  readonly bus: MetricSources["bus"];
  readonly steering: NonNullable<MetricSources["steering"]>;
  readonly noWorker: ApiDeps["instance"]["noWorker"];
  readonly configuration: ApiDeps["configuration"];
  readonly version: string;
  readonly log: ErrorLog;
}

/** The port cannot be opened; the message says which, and what to do. */
export class ListenError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ListenError";
    this.code = code;
  }
}

/** Addresses that mean every interface, and the address by which the command line connects. */
const EVERY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

function inUrl(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

export interface OpenServer {
  readonly url: string;
  /** Whoever knows it becomes the first admin; null: there is a user, or a login is not needed. */
  readonly setupToken: string | null;
  /** New connections get this certificate, where the server speaks TLS. */
  useKeyPair(pair: KeyPair): Promise<void>;
  close(): Promise<void>;
}

/** Opens the port. Throws ListenError. */
export async function startHttp(options: HttpOptions, parts: HttpParts): Promise<OpenServer> {
  const { context } = parts;
  const admit = (): void => parts.intake.admit();
  const tasks = admittedTasks(taskControl(context), admit);
  const isLocal = isLoopback(options.listen);
  const setupToken = newSecret();
  const access = { ...context, passwords: new Passwords() };
  // Who configures a provider wants logins, from the first on.
  const required = options.auth.required || options.oidc !== null;
  const groups = options.oidc?.groups ?? new Map<string, string>();
  const logins = loginsOf(access, { ...options.auth, required, groups, isLocal, setupToken });
  if (!isLocal && !options.insecure && !(await logins.isRequired())) throw notSafe(options);
  const token = randomBytes(24).toString("base64url");
  const allowedHosts = [options.host.toLowerCase(), options.listen.toLowerCase()];
  for (const url of [options.publicUrl, options.oidc?.publicUrl ?? null])
    if (url !== null) allowedHosts.push(new URL(url).hostname);
  const live = new LiveEvents({
    events: context.events,
    reads: context.store.reads,
    monotonic: () => context.runtime.monotonic(),
    redact: (rows) => parts.redact.all(rows),
    health: () => healthOf(parts.status()),
  });
  const summary: SummarySources = {
    context,
    planned: new PlannedAhead(context.runtime.monotonic),
    usual: new UsualWork(),
    thresholds: options.thresholds,
    failing: () => reasons(parts.status()),
  };
  const metrics: Metrics = {
    counts: parts.counts,
    sources: {
      version: parts.version,
      status: () => parts.status(),
      steering: () => parts.steering(),
      counts: () => context.store.reads.counts(),
      bus: () => parts.bus(),
      continuous: () => parts.backups?.continuous ?? null,
      database: {
        ...parts.database,
        size: () => context.store.reads.databaseSize(context.runtime.now()),
        refusal: () => parts.intake.reason,
      },
    },
  };
  const queries = engineQueries(context, parts);
  const tls = parts.keyPair === null ? null : tlsServer(parts.keyPair);
  const app = buildApp({
    ...(tls === null ? {} : { serverFactory: tls.serverFactory }),
    metrics,
    gate: gate({
      token,
      allowedHosts,
      logins,
      limit: rateLimit(options.auth.requestsPerSecond, context.runtime.monotonic),
      proxy: { userHeader: options.auth.proxyUserHeader, isProxy: addressList(options.auth.trustedProxies) },
    }),
    legacy: { ...parts.legacy, backload: admitted((body) => parts.legacy.backload(body), admit) },
    api: {
      version: parts.version,
      reads: context.store.reads,
      queries,
      steering: () => parts.steering(),
      runtime: context.runtime,
      instance: {
        graph: () => context.graph(),
        links: options.links,
        noWorker: (task) => parts.noWorker(task),
        logDirs: options.logs.dirs,
      },
      logins,
      oidc: options.oidc === null ? null : oidcLogins(options.oidc, parts),
      live,
      exports: new OpenExports(),
      answers: context.store.answers,
      metrics,
      audit: parts.audit,
      redact: parts.redact,
      configuration: parts.configuration,
      acts: {
        createTask: admitted((request) => createTask(request, context), admit),
        triggerPhase: admitted((request) => triggerPhase(request, context), admit),
        send: admitted((topic, messages, who) => sendMessages(topic, messages, who, context), admit),
        redrive: admitted((ids, payload, who) => redriveDeadLetters(ids, payload, who, context), admit),
        access: accessControl(access),
        views: viewControl(access),
        alerts: parts.alerts,
        tasks,
        actOnTasks: (action, selection) => actOnSelection(action, selection, tasks, context),
        notes: noteControl(context),
        summarize: (request) => summarize(request, summary),
        backfills: admittedBackfills(parts.backfills, admit),
        backups: parts.backups,
        reloadWorkflows: () => parts.reloadWorkflows(),
        editor: workflowEditor({
          ...parts.editing,
          queries,
          workflows: context.store.reads.workflows,
          reload: () => parts.reloadWorkflows(),
          hidesIn: (text) => parts.redact.text(text) !== text,
        }),
        acceptRemoval: (who) => acceptRemoval(who, () => parts.acceptRemoval(), context),
        pauses: parts.pauses,
        retention: parts.retention,
        restore: parts.restore,
        drain: (request) => parts.drain(request),
        reportFile: admitted((report) => reportFile(report, context), admit),
        redriveFiles: admitted((request) => redriveFiles(request, context), admit),
        finishFiles: admitted((request) => finishFiles(request, context), admit),
      },
    },
    allowedHosts,
    trustedProxies: options.auth.trustedProxies,
    log: parts.log,
  });
  const connected = new Set<Socket>();
  app.server.on("connection", (socket) => {
    connected.add(socket);
    socket.once("close", () => connected.delete(socket));
  });
  try {
    await app.listen({ host: options.listen, port: options.statusPort });
  } catch (error) {
    throw listenError(error, options);
  }
  const { port } = app.server.address() as AddressInfo;
  const urlOf = (host: string): string => `${tls === null ? "http" : "https"}://${inUrl(host)}:${port}`;
  const local = urlOf(EVERY_ADDRESS.get(options.listen) ?? options.listen);
  const writeFileFor = async (pairs: readonly (KeyPair | null)[]): Promise<void> => {
    const certificates = pairs.flatMap((pair) => (pair === null ? [] : [pair.fingerprint]));
    const file: InstanceFile = { pid: process.pid, url: local, token, certificates };
    await writePrivate(options.instanceFile, JSON.stringify(file));
  };
  let keyPair = parts.keyPair;
  await writeFileFor([keyPair]);
  return {
    url: urlOf(options.listen),
    useKeyPair: async (next) => {
      // Both, and before the change: a command that has just read the file knows either.
      await writeFileFor([keyPair, next]);
      tls?.replace(next);
      keyPair = next;
    },
    setupToken: (await logins.state()) === "setup" ? setupToken : null,
    close: async () => {
      live.close();
      const removing = rm(options.instanceFile, { force: true });
      const closing = closeServer(app, connected);
      await Promise.all([removing, closing]);
    },
  };
}

function oidcLogins(settings: OidcSettings, { context, log }: Pick<HttpParts, "context" | "log">): OidcLogins {
  const { publicUrl, issuer } = settings;
  const { now, monotonic } = context.runtime;
  const provider = new Provider(
    { ...settings, redirectUri: publicUrl + CALLBACK },
    { monotonic, onProblem: (error) => log.error({ issuer }, error.message) },
  );
  return new OidcLogins(provider, publicUrl, now);
}

/** Readable by its owner alone; a file or link that somebody put at the path is replaced and never written to. */
async function writePrivate(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await writeFile(draft, text, { flag: "wx", mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** How long (ms) a request under way, or a client that reads its answer, may take at the end. */
const LAST_REQUESTS_MS = 1000;

/** Connections that ask for nothing are closed at once, others after a second. */
async function closeServer(app: FastifyInstance, connected: ReadonlySet<Socket>): Promise<void> {
  const closing = app.close();
  app.server.closeIdleConnections();
  for (const socket of connected) if (socket.bytesRead === 0) socket.destroy();
  const timer = setTimeout(() => {
    app.server.closeAllConnections();
    // Also those that are no requests yet: over TLS a handshake that has begun.
    for (const socket of connected) socket.destroy();
  }, LAST_REQUESTS_MS);
  try {
    await closing;
  } finally {
    clearTimeout(timer);
  }
}

function notSafe({ listen }: HttpOptions): ListenError {
  return new ListenError(
    "not_safe",
    `Others can reach the address ${listen} (listen), and there is no user yet: make one with flowlord users add, or set auth.required = true to make one with the setup token of the start. insecure = true listens without.`,
  );
}

function listenError(error: unknown, { listen, statusPort }: HttpOptions): Error {
  const code = codeOf(error) ?? "";
  const address = `${listen}:${statusPort}`;
  if (code === "EADDRINUSE") {
    return new ListenError(
      "port_taken",
      `Port ${address} is in use by another program; set status_port to a free one (0 switches the server off).`,
      { cause: error },
    );
  }
  if (code === "EACCES") {
    return new ListenError(
      "port_refused",
      `Port ${address} may not be opened by this user; set status_port to one above 1023.`,
      { cause: error },
    );
  }
  if (code === "EADDRNOTAVAIL") {
    return new ListenError(
      "address_unknown",
      `The address ${listen} does not belong to this machine; set listen to one that does.`,
      { cause: error },
    );
  }
  return toError(error);
}
