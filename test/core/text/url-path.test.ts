import assert from "node:assert/strict";
import { test } from "node:test";

import { urlPath } from "../../../src/core/text/url-path.ts";

test("the path of a URL, decoded", () => {
  assert.equal(urlPath("s3://bucket/a%20b/c?x=1#y"), "/a b/c");
  assert.equal(urlPath("/plain/path"), "/plain/path");
  assert.equal(urlPath("http://[fe80::1%25en0]:80/p"), "/p");
  assert.equal(urlPath("s3://user:pass@host:99999/p"), "/p");
  assert.equal(urlPath("///a"), "///a");
  assert.equal(urlPath("*"), "*");
});

test("without a slash after the scheme there is no path", () => {
  assert.equal(urlPath("s3:2022/08/09"), "");
  assert.equal(urlPath("s3://bucket"), "");
});

test("texts that Go refuses as a URL", () => {
  const none = [
    ":x",
    "a b:c",
    "a%zz",
    "/a#%",
    "/a\u007f",
    "s3://b c/p",
    "s3://b%20c/p",
    "s3://b:port/p",
    "s3://[::1/p",
    "s3://[1.2.3.4]/p",
    "s3://[::1%25]/p",
    "s3://u^@b/p",
    "http://a:1:2/p",
  ];
  for (const text of none) assert.equal(urlPath(text), null, text);
  assert.equal(urlPath("s3://a:1:2/p"), "/p");
});

test("addresses in brackets are IPv6", () => {
  for (const address of ["::", "1:2:3:4:5:6:7:8", "::1.2.3.4", "1::8", "1:2:3:4:5:6:1.2.3.4"]) {
    assert.equal(urlPath(`s3://[${address}]/p`), "/p", address);
  }
  for (const address of [
    "",
    ":",
    "1:2:3",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7::8",
    "::1.2.3",
    "::01.2.3.4",
    "1.2.3.4::",
  ]) {
    assert.equal(urlPath(`s3://[${address}]/p`), null, address);
  }
});
