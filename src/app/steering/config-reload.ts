import { isDeepStrictEqual } from "node:util";
import { WatchWorkflows } from "../../services/watch-workflows.ts";
import type { Reports } from "../intake.ts";
import type { Log, LogLevel } from "../log/log.ts";
import type { Config } from "../../config/load-config.ts";
import { shownSettings } from "../../config/shown.ts";
import type { ShownConfiguration } from "../../contract/live/shown-configuration.ts";
import { issueLine } from "../../config/read/issue.ts";
import type { Options } from "../../config/options.ts";
import { toError } from "../../contract/to-error.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import type { ResolvedCause } from "../../core/decide/effects.ts";
import type { Store } from "../../store/store.ts";

/** The configuration while a server runs. */
export interface ConfigSource {
  /** As it was at the start. */
  readonly initial: Config;
  /** The file, absolute; null: there is none. */
  readonly file: string | null;
  /** Reads all sources again. Throws ConfigError. */
  read(): Config;
  /** Lines of that level and above are logged from now on. */
  setLevel(level: LogLevel): void;
}

export interface ConfigReloadParts {
  readonly source: ConfigSource;
  readonly store: Pick<Store, "record">;
  readonly log: Log;
  readonly now: () => number;
  /** Puts in force what can change while the server runs, where it differs from `before`. When it throws, the last good one stays. */
  apply(next: Options, before: Options): Promise<void>;
}

/** Keys that change in place; all others need a restart. */
const IN_PLACE = /^(?:worker|channel|link|watch|slack|alerts|redact)\.|^(?:log\.level|drain_timeout)$/;

/**
 * Reads the configuration again and puts in force what can change while the server runs. What needs a restart is named; a
 * broken configuration leaves the last good one in force, with an alert.
 */
export class ConfigReload {
  readonly #parts: ConfigReloadParts;
  #inForce: Config;
  #needsRestart: readonly string[] = [];
  /** Why the configuration was refused; null: it was accepted; undefined: it was not read yet. */
  #fault: string | null | undefined;

  constructor(parts: ConfigReloadParts) {
    this.#parts = parts;
    this.#inForce = parts.source.initial;
  }

  /** What is in force, and what waits for a restart; no secret is in it. */
  get shown(): ShownConfiguration {
    const { initial } = this.#parts.source;
    const [last, first] = [shownSettings(this.#inForce.settings), shownSettings(initial.settings)];
    const next = new Map(last.map((setting) => [setting.key, setting.value]));
    const waits = new Set(this.#needsRestart);
    return {
      file: this.#parts.source.file,
      refused: this.#fault ?? null,
      settings: [
        ...last.filter(({ key }) => !waits.has(key)).map((setting) => ({ ...setting, next: null })),
        ...first
          .filter(({ key }) => waits.has(key))
          .map((setting) => ({ ...setting, next: next.get(setting.key) ?? "" })),
      ],
    };
  }

  /** Keys whose new values wait for a restart. */
  get needsRestart(): readonly string[] {
    return this.#needsRestart;
  }

  /** Never called twice at once. Rejects only when the database cannot be written. */
  async run(): Promise<void> {
    const { source, log } = this.#parts;
    const before = this.#inForce;
    let next: Config;
    try {
      next = source.read();
      await this.#parts.apply(next.options, before.options);
    } catch (error) {
      await this.#refused(toError(error).message);
      return;
    }
    source.setLevel(next.options.log.level);
    this.#inForce = next;
    await this.#accepted();
    const changed = changedKeys(before, next);
    if (changed.length === 0) return;
    for (const warning of next.warnings) log.warn("config", issueLine(warning));
    const inPlace = changed.filter((key) => IN_PLACE.test(key));
    if (inPlace.length > 0) {
      // `worker.0.type` as `worker`.
      const names = new Set(inPlace.map((key) => key.replace(/\.\d+\..*$/, "")));
      log.info("config", `The configuration was read again; in force: ${[...names].join(", ")}.`);
    }
    this.#needsRestart = changedKeys(source.initial, next).filter((key) => !IN_PLACE.test(key));
    if (this.#needsRestart.length > 0)
      log.warn("config", `A restart is needed to put in force: ${this.#needsRestart.join(", ")}.`);
  }

  async #refused(fault: string): Promise<void> {
    if (this.#fault === fault) return;
    const { log, store, source, now } = this.#parts;
    log.error("config", `The configuration is not accepted, and the last good one stays in force: ${fault}`);
    const message = `the configuration is not accepted, and the last good one stays in force: ${fault}`;
    await store.record(
      { alerts: [newAlert("config_invalid", message, { cause: source.file ?? "" })], decisions: [] },
      now(),
    );
    this.#fault = fault;
  }

  async #accepted(): Promise<void> {
    if (this.#fault === null) return;
    const { log, store, source, now } = this.#parts;
    const note = "the configuration is accepted again";
    const about = { type: "config_invalid", taskType: "", job: "", taskTime: null, workflow: "" } as const;
    const resolves: readonly ResolvedCause[] = [{ ...about, cause: source.file ?? "", note }];
    await store.record({ alerts: [], decisions: [], resolves }, now());
    if (this.#fault !== undefined) log.info("config", "The configuration is accepted again.");
    this.#fault = null;
  }
}

/** The reload, and the service that runs it when the file changes. */
export function configWatch(
  source: ConfigSource,
  { onProblem, ...parts }: Omit<ConfigReloadParts, "source"> & Pick<Reports, "onProblem">,
): { readonly reload: ConfigReload; readonly service: WatchWorkflows } {
  const reload = new ConfigReload({ source, ...parts });
  const { file: path } = source;
  const run = (): Promise<void> => reload.run();
  return {
    reload,
    service: new WatchWorkflows({ name: "watch-config", path, refresh: 0, reload: run, now: parts.now, onProblem }),
  };
}

/** Names alone: a value may be a secret. */
function changedKeys(before: Config, next: Config): readonly string[] {
  const [old, current] = [before.settings.values, next.settings.values];
  const keys = new Set([...old.keys(), ...current.keys()]);
  return [...keys].filter((key) => !isDeepStrictEqual(old.get(key), current.get(key)));
}
