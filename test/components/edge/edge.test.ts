import { describe, expect, it } from "vitest";
import { unknown } from "../../../scripts/plan/wire.ts";
import { at, find, fixturePlan, ofType, planWith, under, waitsFor } from "../../support/plan.ts";

const dev = fixturePlan("dev");
const prod = fixturePlan("prod");
const inEdge = under(dev, find(dev, "gantry:edge:Edge", "edge"));
const rules = inEdge.filter(({ type }) => type.endsWith(":ListenerRule"));

describe("a public edge", () => {
  it("forwards the API's own paths of its host, and answers 404 to everything else", () => {
    const values = rules.map((rule) => [
      at(rule, "conditions.0.hostHeader.values"),
      at(rule, "conditions.1.pathPattern.values"),
    ]);
    expect(values).toEqual([
      [["llm.dev.example.com"], ["/v1/chat/completions", "/v1/completions", "/v1/responses"]],
      [["llm.dev.example.com"], ["/v1/embeddings", "/v1/models", "/ready"]],
    ]);
    const refused = at(find(dev, "Listener", "edge"), "defaultActions") as {
      fixedResponse: { messageBody: string };
    }[];
    expect(refused).toEqual([
      expect.objectContaining({
        type: "fixed-response",
        fixedResponse: expect.objectContaining({ statusCode: "404" }),
      }),
    ]);
    expect(JSON.parse(refused[0]?.fixedResponse.messageBody ?? "").error.code).toBe("not_found");
  });

  it("keeps within what AWS takes in one rule: three values a condition, five in all", () => {
    for (const rule of rules) {
      const paths = at(rule, "conditions.1.pathPattern.values") as string[];
      expect(paths.length).toBeLessThanOrEqual(3);
      expect(paths.length + 1).toBeLessThanOrEqual(5);
    }
  });

  it("speaks TLS, redirects the rest, and trusts no request that isn't well formed", () => {
    expect(find(dev, "Listener", "edge").inputs).toMatchObject({
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      routingHttpResponseServerEnabled: false,
    });
    expect(at(find(dev, "Listener", "edge-redirect"), "defaultActions.0.redirect")).toMatchObject({
      protocol: "HTTPS",
      statusCode: "HTTP_301",
    });
    expect(find(prod, "LoadBalancer", "edge").inputs).toMatchObject({
      internal: false,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "strictest",
      enableDeletionProtection: true,
      accessLogs: { enabled: true, bucket: "gantry-prod-edge-333344445555-us-east-1" },
    });
  });

  it("waits longer than the longest answer, and keeps the connections of a pod that left for as long", async () => {
    expect(at(find(dev, "LoadBalancer", "edge"), "idleTimeout")).toBe(660);
    expect(at(find(dev, "TargetGroup", "edge"), "deregistrationDelay")).toBe(600);
    const slow = await planWith("dev", "routes.assistant.timeouts", { totalSeconds: 900 });
    expect(at(find(slow, "LoadBalancer", "edge"), "idleTimeout")).toBe(960);
    expect(at(find(slow, "TargetGroup", "edge"), "deregistrationDelay")).toBe(900);
  });

  it("accepts no connections before the web ACL is attached", () => {
    for (const listener of ["edge", "edge-redirect"])
      expect(waitsFor(dev, find(dev, "Listener", listener), "WebAclAssociation")).toEqual(["edge"]);
  });

  it("has a certificate that the zone validates and a record, or takes one that is there and makes none", () => {
    expect(at(find(dev, "CertificateValidation", "edge"), "certificateArn")).toBe(unknown);
    expect(find(dev, "Record", "edge").inputs).toMatchObject({
      name: "llm.dev.example.com",
      zoneId: "Z0123456789ABCDEFGHIJ",
      type: "A",
    });
    expect(at(find(prod, "Listener", "edge"), "certificateArn")).toMatch(
      /^arn:aws:acm:us-east-1:333344445555:/,
    );
    expect(ofType(prod, "aws:acm/certificate:Certificate")).toEqual([]);
    expect(ofType(prod, "Record").filter(({ name }) => name === "edge")).toEqual([]);
  });

  it("lets the service that writes access logs do that and nothing else, in a bucket that forgets", () => {
    const policy = JSON.parse(String(find(dev, "BucketPolicy", "edge-logs").inputs.policy));
    expect(policy.Statement[1]).toEqual({
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::gantry-dev-edge-111122223333-us-east-1/AWSLogs/111122223333/*",
    });
    expect(at(find(dev, "BucketLifecycleConfiguration", "edge-logs"), "rules.0.expiration.days")).toBe(90);
    expect(
      at(
        find(dev, "BucketServerSideEncryptionConfiguration", "edge-logs"),
        "rules.0.applyServerSideEncryptionByDefault",
      ),
    ).toEqual({ sseAlgorithm: "AES256" });
  });
});

describe("the log of the web ACL", () => {
  it("keeps what was refused or counted, and neither keys nor users", () => {
    const log = find(dev, "WebAclLoggingConfiguration", "edge");
    const redacted = at(log, "redactedFields") as { singleHeader: { name: string } }[];
    expect(redacted.map(({ singleHeader }) => singleHeader.name)).toEqual(
      expect.arrayContaining([
        "authorization",
        "x-api-key",
        "cookie",
        "x-gantry-user",
        "x-gantry-user-signature",
      ]),
    );
    expect(at(log, "loggingFilter.defaultBehavior")).toBe("DROP");
    expect(find(dev, "LogGroup", "edge-log").inputs.name).toBe("aws-waf-logs-gantry-dev");
  });
});

describe("an edge for callers of the VPC", async () => {
  const plan = await planWith("dev", "edge", { internal: true });

  it("stands in private subnets, under a host that no model can have, and isn't reachable from outside", () => {
    expect(find(plan, "LoadBalancer", "edge").inputs).toMatchObject({ internal: true });
    expect(at(find(plan, "SecurityGroup", "edge"), "ingress")).toEqual([
      expect.objectContaining({ fromPort: 80, cidrBlocks: ["10.40.0.0/16"] }),
    ]);
    expect(find(plan, "Record", "edge").inputs.name).toBe("api.gateway.models.internal");
    expect(ofType(plan, "aws:wafv2/webAcl:WebAcl")).toEqual([]);
    expect(ofType(plan, "Bucket").filter(({ name }) => name === "edge-logs")).toEqual([]);
  });

  it("forwards the same paths", () => {
    const paths = (of: typeof plan) =>
      ofType(of, "ListenerRule")
        .filter(({ name }) => name.startsWith("edge-"))
        .map((rule) => at(rule, "conditions.1"));
    expect(paths(plan)).toEqual(paths(dev));
  });
});
