import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBase64 } from "../../../../policies/read/text/base64.ts";

describe("text behind base64", () => {
  it("is read plain and compressed", () => {
    expect(fromBase64(Buffer.from("a=b").toString("base64"))).toBe("a=b");
    expect(fromBase64(gzipSync("a=b").toString("base64"))).toBe("a=b");
  });

  it("is empty where it can't be unpacked, or is larger than anything that is stored", () => {
    expect(fromBase64(gzipSync("a=b").subarray(0, 15).toString("base64"))).toBe("");
    expect(fromBase64(gzipSync(Buffer.alloc(9 * 1024 * 1024)).toString("base64"))).toBe("");
  });
});
