import type { Options } from "../../config/options.ts";
import type { Service } from "../../services/service.ts";
import { stopAll, type StopSteps } from "../stop.ts";

type Watches = Options["watches"];

/** The watchers of folders, which can be replaced while the instance runs. */
export class WatchedFolders {
  readonly #open: (watches: Watches, steps: StopSteps) => readonly Service[];
  /** All services of the instance, those of the watchers among them. */
  readonly #all: Service[];
  readonly #report: (sentence: string) => void;
  #services: readonly Service[];
  #steps: StopSteps = [];
  #isStopped = false;

  constructor(
    watches: Watches,
    parts: {
      readonly open: (watches: Watches, steps: StopSteps) => readonly Service[];
      readonly all: Service[];
      readonly report: (sentence: string) => void;
    },
  ) {
    this.#open = parts.open;
    this.#all = parts.all;
    this.#report = parts.report;
    this.#services = this.#open(watches, this.#steps);
    this.#all.push(...this.#services);
  }

  has(service: Service): boolean {
    return this.#services.includes(service);
  }

  /** Throws, and changes nothing, for watches that cannot be opened. Never called twice at once. */
  async replace(watches: Watches): Promise<void> {
    const steps: StopSteps = [];
    const services = this.#open(watches, steps);
    await this.#stopServices();
    await stopAll(this.#steps, this.#report);
    const others = this.#all.filter((one) => !this.#services.includes(one));
    this.#all.splice(0, this.#all.length, ...others, ...services);
    [this.#services, this.#steps] = [services, steps];
    if (this.#isStopped) return;
    for (const service of services) service.start();
  }

  /** Stops the watchers; what they announced is still handled. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#stopServices();
  }

  /** The last part of a stop. */
  async close(): Promise<void> {
    await stopAll(this.#steps, this.#report);
  }

  async #stopServices(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop()));
  }
}
