/** An error or a warning about the configuration: where, what, and what to do. */
export interface ConfigIssue {
  readonly severity: "error" | "warning";
  readonly code: string;
  /** The file, `environment` or `flag`. */
  readonly location: string;
  /** 1-based; 0 when the location is not a file, or the line is unknown. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/** `file:line:column: error code: sentence (what to do)`. */
export function issueLine(issue: ConfigIssue): string {
  const at = issue.line === 0 ? issue.location : `${issue.location}:${issue.line}:${issue.column}`;
  const remedy = issue.remedy === "" ? "" : ` (${issue.remedy})`;
  return `${at}: ${issue.severity} ${issue.code}: ${issue.message}${remedy}`;
}

/** The configuration is not valid. The message has a line for each issue. */
export class ConfigError extends Error {
  readonly code = "config";
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    super(issues.map(issueLine).join("\n"));
    this.name = "ConfigError";
    this.issues = issues;
  }
}
