import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { tenantKeysTemplate } from "../../../components/gateway/tenant-keys.ts";
import { tenantKeysDocument } from "../../../components/gateway/tenants.ts";

const tenants = { web: { keys: [1] }, "web-1": { keys: [1, 2] } };
const { text, entries } = tenantKeysTemplate(tenants);

/** What External Secrets makes of the two forms that the template has. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(
    /\{\{ index \. "([^"]+)"( \| sha256sum)? \}\}/g,
    (_, entry: string, hash?: string) => {
      const value = values[entry];
      if (value === undefined) throw new Error(`no entry ${entry}`);
      return hash === undefined ? value : createHash("sha256").update(value).digest("hex");
    },
  );
}

describe("the template of tenants' keys", () => {
  it("becomes the document that the gateway reads", () => {
    const values = Object.fromEntries(Object.keys(entries).map((entry) => [entry, `value-of-${entry}`]));
    const secrets = {
      web: { keys: ["value-of-web-1"], signingKeys: ["value-of-web-1-signing"] },
      "web-1": {
        keys: ["value-of-web-1-1", "value-of-web-1-2"],
        signingKeys: ["value-of-web-1-1-signing", "value-of-web-1-2-signing"],
      },
    };
    expect(filled(text, values)).toBe(tenantKeysDocument(secrets));
    expect(filled(text, values)).not.toContain('value-of-web-1"');
  });

  it("names a secret of its own for each, though names of tenants end in numbers", () => {
    expect(entries).toEqual({
      "web-1": "tenants/web/1",
      "web-1-signing": "tenants/web/1/signing",
      "web-1-1": "tenants/web-1/1",
      "web-1-1-signing": "tenants/web-1/1/signing",
      "web-1-2": "tenants/web-1/2",
      "web-1-2-signing": "tenants/web-1/2/signing",
    });
  });
});
