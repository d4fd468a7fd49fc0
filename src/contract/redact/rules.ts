/** Which secrets are hidden wherever they are shown or leave; those of a well-known form always are. */
export interface RedactRules {
  /** Names of keys whose values are hidden, `*` for any characters; upper and lower case, `_` and `-` make no difference. */
  readonly keys: readonly string[];
  /** Regular expressions in the syntax of RE2, which take no longer than a text is long. */
  readonly patterns: readonly string[];
  /** Texts: secrets of the configuration. */
  readonly secrets: readonly string[];
}

export const DEFAULT_RULES: RedactRules = {
  keys: [
    "*password*",
    "*passwd*",
    "*passphrase*",
    "*secret*",
    "*token",
    "*credential*",
    "*apikey",
    "*accesskey",
    "*privatekey",
    "authorization",
    "*cookie",
  ],
  patterns: [],
  secrets: [],
};

/** A form of secrets in the syntax of JavaScript, and what each of them has, in upper or lower case: most texts do not have it. */
interface Form {
  readonly form: string;
  readonly has: string;
}

/** Well-known ones. None goes back over more than it can match. */
export const BUILT_IN: readonly Form[] = [
  // Keys of Flowlord, AWS, GitHub, Slack; JSON web tokens; what follows Bearer and Basic.
  { form: String.raw`flk_[\w-]{20,}`, has: "flk_" },
  { form: String.raw`A[KS]IA[A-Z0-9]{16}`, has: "a[ks]ia" },
  { form: String.raw`gh[pousr]_[A-Za-z0-9]{20,}`, has: "gh[pousr]_" },
  { form: String.raw`xox[abeprs]-[\w-]{10,}`, has: "xox" },
  { form: String.raw`eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+`, has: "eyj" },
  { form: String.raw`(?:[Bb]earer|BEARER) [\w.~+/=-]{8,}`, has: "bearer " },
  { form: String.raw`(?:[Bb]asic|BASIC) [\w+/=]{8,}`, has: "basic " },
  {
    form: String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?`,
    has: "--begin ",
  },
  // The login of a URL, whose slashes JSON may escape.
  { form: String.raw`(?<=:(?:\\?\/){2})[^/\s"'?#\\]{1,500}(?=@)`, has: "@" },
];
