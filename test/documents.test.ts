import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { hoursPerMonth } from "../components/capacity/cost.ts";
import { own } from "../components/shared/own.ts";
import { costReport } from "../scripts/plan/report/cost.ts";
import { loadConfig } from "../scripts/plan/report/report.ts";
import { commandsIn, documents, type ShownCommand, scriptOf } from "./support/commands.ts";
import { fixturePlans, fixtureRoot, ofType, root } from "./support/plan.ts";
import { pulumiCommand, pulumiOptions } from "./support/pulumi-options.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const shown = documents(root).flatMap((file) => commandsIn(root, file));
const of = (program: string) => shown.filter(({ words }) => words[0] === program);
const text = ({ at, words }: ShownCommand) => `${at} ${words.join(" ")}`;

describe("commands in documents", () => {
  it("are read from blocks and from lines", () => {
    expect(shown.length).toBeGreaterThan(100);
    expect(of("npm").length).toBeGreaterThan(40);
    expect(of("kubectl").length).toBeGreaterThan(30);
  });

  it("run scripts that there are", () => {
    const unknown = of("npm").filter((command) => {
      const script = scriptOf(command);
      return script !== undefined && scripts[script.name] === undefined;
    });
    expect(unknown.map(text)).toEqual([]);
  });
});

/** Kinds that are there without being planned: Kubernetes', Karpenter's, and what KEDA and a Deployment make. */
const otherKinds = [...["pod", "node", "event", "hpa", "nodeclaim", "endpointslice", "replicaset", "crd"]];
/** As kubectl abbreviates kinds. [https://kubernetes.io/docs/reference/kubectl/#resource-types] */
const shortKinds: Readonly<Record<string, string>> = {
  deploy: "deployment",
  pdb: "poddisruptionbudget",
  svc: "service",
};
/** Labels that Karpenter gives its nodes. [https://karpenter.sh/docs/concepts/scheduling/#well-known-labels] */
const otherLabels = ["karpenter.sh/capacity-type"];
/** What charts install. [each chart's values and templates at the version that components/cluster/charts.ts pins] */
const chartNamespaces = ["kube-system"];
/** Verbs of kubectl. [https://kubernetes.io/docs/reference/kubectl/generated/] */
const verbs = [
  "get",
  "describe",
  "logs",
  "delete",
  "debug",
  "exec",
  "port-forward",
  "rollout",
  "cordon",
  "drain",
  "uncordon",
  "top",
  "scale",
  "annotate",
  "wait",
  "label",
  "create",
  "apply",
  "patch",
];

describe("kubectl in documents", () => {
  const resources = fixturePlans().flatMap((plan) => plan.resources);
  const namespaces = new Set([
    ...chartNamespaces,
    ...fixturePlans()
      .flatMap((plan) => ofType(plan, "kubernetes:core/v1:Namespace"))
      .map(({ inputs }) => (inputs.metadata as { name: string }).name),
  ]);
  const kinds = new Set(
    resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ type }) => type.split(":").at(-1)?.toLowerCase() ?? ""),
  );
  const labels = new Set(
    [...JSON.stringify(resources.map(({ inputs }) => inputs)).matchAll(/"((?:[\w.-]+\/)?[\w.-]+)":"/g)].map(
      ([, key]) => key,
    ),
  );
  const isPlaceholder = (word: string) => word.startsWith("<") || word.startsWith("$");

  /** Singular or plural, with its group or without. */
  const isKnown = (word: string) => {
    const [name = ""] = word.split(".");
    return [name, name.replace(/s$/, ""), name.replace(/ies$/, "y")].some(
      (kind) => otherKinds.includes(kind) || kinds.has(own(shortKinds, kind) ?? kind),
    );
  };

  it("has verbs, namespaces, kinds and labels that there are", () => {
    const problems = of("kubectl").flatMap((command) => {
      const { words } = command;
      const rest = words.slice(1);
      const found: string[] = [];
      const positional: string[] = [];
      for (let index = 0; index < rest.length && rest[index] !== "--"; index++) {
        const word = rest[index] ?? "";
        const value = rest[index + 1] ?? "";
        if (word === "-n" || word === "--namespace") {
          if (!isPlaceholder(value) && !namespaces.has(value)) found.push(`namespace ${value}`);
          index++;
        } else if (word === "-l" || word === "--selector") {
          for (const part of value.split(",")) {
            const [key = ""] = part.split(/!?=/);
            if (
              !isPlaceholder(key) &&
              !labels.has(key) &&
              !otherLabels.includes(key) &&
              !key.startsWith("app.kubernetes.io/")
            )
              found.push(`label ${key}`);
          }
          index++;
        } else if (["-o", "-c", "-f", "-p", "--field-selector", "--sort-by", "--type"].includes(word))
          index++;
        else if (!word.startsWith("-")) positional.push(word);
      }
      const [verb = "", subject = ""] = positional;
      if (!verbs.includes(verb)) found.push(`verb ${verb}`);
      if (["get", "describe", "delete", "annotate", "patch"].includes(verb) || subject.includes("/")) {
        const asked = verb === "rollout" ? "" : (subject.split("/")[0] ?? "");
        for (const kind of asked.split(",").filter((one) => one !== "" && !isPlaceholder(one)))
          if (!isKnown(kind)) found.push(`kind ${kind}`);
      }
      return found.map((problem) => `${text(command)}: ${problem}`);
    });
    expect(problems).toEqual([]);
  });
});

/** Operations of services whose client isn't installed. [https://docs.aws.amazon.com/cli/latest/reference/] */
const otherOperations: Readonly<Record<string, readonly string[]>> = {
  elasticache: ["describe-replication-groups", "describe-events"],
  logs: ["delete-log-group"],
};
/** Names of the CLI's services as AWS's SDK has them. */
const clients: Readonly<Record<string, string>> = {
  elbv2: "elastic-load-balancing-v2",
  s3api: "s3",
  secretsmanager: "secrets-manager",
};

it("aws in documents runs operations that the service has", async () => {
  const problems: string[] = [];
  for (const command of of("aws")) {
    const [, service = "", operation = ""] = command.words;
    const name = operation.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const known =
      own(otherOperations, service)?.includes(operation) ??
      `${name}Command` in (await import(`@aws-sdk/client-${own(clients, service) ?? service}`));
    if (!known) problems.push(text(command));
  }
  expect(of("aws").length).toBeGreaterThan(10);
  expect(problems).toEqual([]);
});

it("pulumi in documents has commands and options that there are", () => {
  expect(of("pulumi").length).toBeGreaterThan(10);
  const unknown = of("pulumi").filter(({ words }) => {
    const name = pulumiCommand(words.slice(1));
    const options = words.filter((word) => word.startsWith("-")).map((word) => word.split("=")[0] ?? "");
    return (
      name === undefined || options.some((option) => own(pulumiOptions, name)?.includes(option) !== true)
    );
  });
  expect(unknown.map(text)).toEqual([]);
});

it("links in documents lead to files that there are", () => {
  const broken = documents(root).flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(broken).toEqual([]);
});

it("the quick start's costs are those of the shipped values, by the price table", () => {
  const document = readFileSync(join(root, "docs/quick-start.md"), "utf8");
  const rows = [...document.matchAll(/^\| (\w+) +((?:\| +[\d.,]+ +){5})\|$/gm)].map(
    ([, environment = "", cells = ""]) => [
      environment,
      cells
        .split("|")
        .slice(1)
        .map((cell) => cell.trim()),
    ],
  );
  const perHour = (usdPerMonth: number) => (usdPerMonth / hoursPerMonth).toFixed(2);
  const expected = fixturePlans().map(({ environment, resources }) => {
    const { items, minimum, maximum } = costReport(loadConfig(fixtureRoot, environment), resources);
    const sum = (isPart: (item: string) => boolean) =>
      items.filter(({ item }) => isPart(item)).reduce((total, item) => total + item.minimum, 0);
    const isPool = (item: string) => item.startsWith("pool ");
    const isSystem = (item: string) => item.startsWith("system nodes");
    const parts = [
      sum(isPool),
      sum(isSystem),
      sum((item) => !isPool(item) && !isSystem(item)),
      minimum,
      maximum,
    ];
    return [environment, parts.map(perHour)];
  });
  expect(rows).toEqual(expected);
});

it("rules that documents name are rules of the pack", () => {
  const catalogue = readFileSync(join(root, "policies/README.md"), "utf8");
  const rows =
    readFileSync(join(root, "docs/security-model.md"), "utf8").match(/^\| .*`$|^\| .*` +\|$/gm) ?? [];
  const named = rows.flatMap((row) =>
    [...(row.split("|").at(-2) ?? "").matchAll(/`([\w-]+)`/g)].map(([, rule]) => rule),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((rule) => !catalogue.includes(`<a id="${rule}">`))).toEqual([]);
});
