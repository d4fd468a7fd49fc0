/**
 * The pipelines of the made-up company: workflow files as somebody would write them, and how often what they describe
 * happens. Weights fall off as 1/n, so that a few types and jobs make most of the tasks.
 */
export interface Pipeline {
  readonly name: string;
  readonly kind: "batch" | "files" | "joined";
  /** Of all root tasks of its kind. */
  readonly weight: number;
  readonly toml: string;
}

const BATCHES = [
  ["orders", "*/10 * * * *"],
  ["clicks", "*/5 * * * *"],
  ["customers", "0 * * * *"],
  ["payments", "*/15 * * * *"],
  ["shipments", "20 * * * *"],
  ["sessions", "*/10 * * * *"],
  ["inventory", "30 */2 * * *"],
  ["impressions", "*/5 * * * *"],
  ["refunds", "15 */6 * * *"],
  ["ratings", "45 3 * * *"],
  ["emails", "50 * * * *"],
  ["carts", "*/30 * * * *"],
] as const;
const FILES = ["invoices", "statements", "catalogs", "claims", "readings", "manifests"] as const;
const JOINED = ["finance", "marketing", "risk", "supply"] as const;

function batch(job: string, cron: string): string {
  return `# ${job}: one task a customer, from the source to the warehouse
[[phase]]
task = "extract:${job}"
rule = "cron=${cron}&meta-file=customers.jsonl"
retry = 3
template = "?date={yyyy}-{mm}-{dd}T{hh}&customer={meta:customer}&source=${job}"

[[phase]]
task = "clean:${job}"
dependsOn = "extract:${job}"
retry = 2
template = "s3://lake-raw/${job}/{yyyy}/{mm}/{dd}/{hh}/{meta:customer}.json.gz?dest=s3://lake-clean/${job}/{yyyy}/{mm}/{dd}/{hh}/"

[[phase]]
task = "load:${job}"
dependsOn = "clean:${job}"
rule = "retry_delay=1m&retry_backoff=exponential"
retry = 4
template = "?table=${job}&date={yyyy}-{mm}-{dd}T{hh}&customer={meta:customer}"

[[phase]]
task = "audit:${job}"
dependsOn = "clean:${job}"
rule = "require={meta:sample}&severity=warning"
template = "?sample={meta:sample}&table=${job}"

[[phase]]
task = "notify:${job}"
dependsOn = "load:${job}"
rule = "require={meta:rejected}&no_alert"
template = "?rejected={meta:rejected}&customer={meta:customer}"
`;
}

function files(job: string): string {
  return `# ${job}: what partners put into their inbox
[[phase]]
task = "import:${job}"
rule = "files=s3://inbox/${job}/*/*/*/*.csv.gz"
retry = 2
template = "{meta:file}?dest=s3://lake-raw/${job}/{yyyy}/{mm}/{dd}/"

[[phase]]
task = "validate:${job}"
dependsOn = "import:${job}"
retry = 1
template = "s3://lake-raw/${job}/{yyyy}/{mm}/{dd}/?rules=${job}.json"

[[phase]]
task = "load:${job}"
dependsOn = "validate:${job}"
rule = "retry_delay=30s"
retry = 3
template = "?table=${job}&date={yyyy}-{mm}-{dd}"
`;
}

function joined(job: string): string {
  return `# ${job}: a report of every hour
[[phase]]
task = "collect:${job}"
rule = "cron=5 * * * *&offset=-1h&overlap=skip"
retry = 3
template = "?hour={yyyy}-{mm}-{dd}T{hh}"

[[phase]]
task = "sum:${job}"
dependsOn = "collect:${job}"
retry = 2
template = "?hour={yyyy}-{mm}-{dd}T{hh}&by=region"

[[phase]]
task = "score:${job}"
dependsOn = "collect:${job}"
retry = 2
template = "?hour={yyyy}-{mm}-{dd}T{hh}&model=${job}-v4"

[[phase]]
task = "report:${job}"
dependsOn = "sum:${job}, score:${job}"
rule = "join=all"
retry = 2
template = "s3://reports/${job}/{yyyy}/{mm}/{dd}/{hh}.pdf"
`;
}

function weigh(index: number): number {
  return 1 / (index + 1);
}

/** File name `<name>.toml` of each is its name as a workflow. */
export const PIPELINES: readonly Pipeline[] = [
  ...BATCHES.map(([name, cron], index): Pipeline => ({
    name,
    kind: "batch",
    weight: weigh(index),
    toml: batch(name, cron),
  })),
  ...FILES.map((name, index): Pipeline => ({ name, kind: "files", weight: weigh(index), toml: files(name) })),
  ...JOINED.map((name): Pipeline => ({ name, kind: "joined", weight: 1, toml: joined(name) })),
];
