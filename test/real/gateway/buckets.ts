import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../../support/plan.ts";

const program = `
import hashlib, json, sys, time
from types import SimpleNamespace
from gantry_gateway.documents import Keys
from gantry_gateway.identity import identify, sign
asked = json.load(sys.stdin)
settings = SimpleNamespace(salt=asked["salt"], user_header="user", signature_header="signature", signature_seconds=300)
tenant = SimpleNamespace(name=asked["tenant"])
keys = Keys({hashlib.sha256(b"key").hexdigest(): tenant.name}, {tenant.name: ("signing",)})
now = int(time.time())
def bucket(user):
    signature = f"t={now},v1={sign('signing', user, now)}"
    headers = {"authorization": "Bearer key", "user": user, "signature": signature}
    return identify(headers, {tenant.name: tenant}, keys, settings).bucket
json.dump([bucket(user) for user in asked["users"]], sys.stdout)
`;

/** The bucket of each user of a tenant, by the extension's own function. */
export function bucketsOf(
  bin: string,
  asked: { readonly salt: string; readonly tenant: string; readonly users: readonly string[] },
): string[] {
  const { status, stdout, stderr } = spawnSync(join(bin, "python"), ["-c", program], {
    encoding: "utf8",
    input: JSON.stringify(asked),
    maxBuffer: 100_000_000,
    env: { PYTHONPATH: join(root, "components/gateway/extension"), PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
