import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What an account has of the services that moto doesn't know, or knows without what a region offers. */
export interface StandInAccount {
  /** Limits by `<service>/<code>`; those that weren't raised have a default only. */
  readonly quotas: Record<string, { value: number; isDefault?: boolean }>;
  /** Versions by add-on, for each Kubernetes version. */
  readonly addOns: Record<string, Record<string, string[]>>;
  /** Public parameters by name. */
  readonly parameters: Record<string, string>;
  /** Capacity reservations by id, as EC2 describes them. */
  readonly reservations: Record<string, Record<string, string>>;
  /** Buckets of other accounts. */
  readonly foreignBuckets: string[];
  /** Services that answer nothing but an error, by host or target. */
  readonly broken: string[];
}

/**
 * AWS on a port of this machine: moto, and before it the requests that moto can't answer. Those are refused where a
 * field isn't as the service's model has it: an unknown field, a missing one, a value of another form.
 */
export async function accountStandIn(
  account: StandInAccount,
  moto: string,
): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const own = answer(account, request, body);
      if (own !== undefined) {
        response
          .writeHead(own.status, { "content-type": own.type, "x-amzn-errortype": own.error ?? "" })
          .end(own.body);
        return;
      }
      const { method = "GET", url = "/", headers } = request;
      const { host: _, "content-length": __, connection: ___, expect: ____, ...rest } = headers;
      // Ids of hosted zones begin with a Z, and moto's don't.
      const forwarded = await fetch(`${moto}${url.replace("/hostedzone/Z", "/hostedzone/")}`, {
        method,
        headers: rest as Record<string, string>,
        ...(body !== "" && { body }),
        redirect: "manual",
      });
      const given = Object.fromEntries(
        [...forwarded.headers].filter(
          ([name]) => !/^(content-(length|encoding)|transfer-encoding|connection)$/.test(name),
        ),
      );
      response.writeHead(forwarded.status, given).end(Buffer.from(await forwarded.arrayBuffer()));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly error?: string;
}

const json = (value: unknown, status = 200, error?: string): Answer => ({
  ...{ status, type: "application/x-amz-json-1.1", body: JSON.stringify(value) },
  ...(error !== undefined && { error }),
});
const refusal = (error: string, message = error) => json({ __type: error, message }, 400, error);

function answer(account: StandInAccount, request: IncomingMessage, body: string): Answer | undefined {
  const { url = "/", headers, method } = request;
  const target = String(headers["x-amz-target"] ?? "");
  if (account.broken.some((word) => target.includes(word) || body.includes(word)))
    return body.includes("Action=")
      ? queryRefusal("AccessDenied", "not authorized to perform it")
      : refusal("AccessDeniedException", "not authorized to perform it");
  if (target.startsWith("ServiceQuotasV20190624.")) return quota(account, target, JSON.parse(body));
  if (target === "AmazonSSM.GetParameter") return parameter(account, JSON.parse(body));
  if (method === "GET" && url.startsWith("/addons/supported-versions"))
    return addOns(account, new URL(url, "http://eks"));
  if (
    method === "HEAD" &&
    account.foreignBuckets.some((name) => new URL(url, "http://s3").pathname.startsWith(`/${name}`))
  )
    return { status: 403, type: "application/xml", body: "" };
  const fields = new URLSearchParams(body);
  return fields.get("Action") === "DescribeCapacityReservations" ? reservations(account, fields) : undefined;
}

/** Only these fields, all of them texts of this form. */
function problem(fields: Record<string, unknown>, form: Record<string, RegExp>): Answer | undefined {
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(form, name));
  if (unknown !== undefined) return refusal("ValidationException", `unknown field ${unknown}`);
  const wrong = Object.entries(form).find(([name, pattern]) => !pattern.test(String(fields[name] ?? "")));
  return wrong && refusal("ValidationException", `${wrong[0]} is ${String(fields[wrong[0]])}`);
}

/** [Service Quotas API, GetServiceQuota: an error where a quota has no applied value; GetAWSDefaultServiceQuota] */
function quota({ quotas }: StandInAccount, target: string, fields: Record<string, unknown>): Answer {
  const wrong = problem(fields, { ServiceCode: /^[a-z0-9-]{1,63}$/, QuotaCode: /^L-[A-F0-9]{8}$/ });
  if (wrong) return wrong;
  const found = quotas[`${String(fields.ServiceCode)}/${String(fields.QuotaCode)}`];
  if (found === undefined) return refusal("NoSuchResourceException");
  const asksDefault = target.endsWith(".GetAWSDefaultServiceQuota");
  if (!asksDefault && !target.endsWith(".GetServiceQuota")) return refusal("UnknownOperationException");
  if (found.isDefault && !asksDefault) return refusal("NoSuchResourceException");
  return json({ Quota: { ...fields, Value: found.value, Adjustable: true } });
}

/** [Systems Manager API, GetParameter] */
function parameter({ parameters }: StandInAccount, fields: Record<string, unknown>): Answer {
  const wrong = problem(fields, { Name: /^\/[\w./-]{1,2047}$/ });
  if (wrong) return wrong;
  const name = String(fields.Name);
  const value = parameters[name];
  if (value === undefined) return refusal("ParameterNotFound");
  return json({ Parameter: { Name: name, Type: "String", Value: value, Version: 1 } });
}

/** [EKS API, DescribeAddonVersions: an add-on or version that it doesn't know gives an empty list] */
function addOns({ addOns: known }: StandInAccount, url: URL): Answer {
  const asked = Object.fromEntries(url.searchParams);
  const wrong = problem(asked, { addonName: /^[a-z0-9-]+$/, kubernetesVersion: /^1\.\d+$/ });
  if (wrong) return wrong;
  const versions = known[asked.addonName ?? ""]?.[asked.kubernetesVersion ?? ""] ?? [];
  const addons =
    versions.length === 0
      ? []
      : [{ addonName: asked.addonName, addonVersions: versions.map((addonVersion) => ({ addonVersion })) }];
  return { status: 200, type: "application/json", body: JSON.stringify({ addons }) };
}

/** [EC2 API, DescribeCapacityReservations: an id that isn't there fails the whole request] */
function reservations({ reservations: known }: StandInAccount, fields: URLSearchParams): Answer {
  const ids = [...fields].flatMap(([name, value]) =>
    /^CapacityReservationId\.\d+$/.test(name) ? [value] : [],
  );
  const others = [...fields.keys()].filter(
    (name) => !/^(Action|Version|CapacityReservationId\.\d+)$/.test(name),
  );
  const bad = ids.find((id) => !/^cr-[0-9a-f]{8,17}$/.test(id));
  if (ids.length === 0 || others.length > 0 || bad !== undefined)
    return ec2Refusal("InvalidParameterValue", `${bad ?? others}`);
  const missing = ids.find((id) => !Object.hasOwn(known, id));
  if (missing !== undefined) return ec2Refusal("InvalidCapacityReservationId.NotFound", missing);
  const items = ids.map((id) => {
    const inner = Object.entries({ capacityReservationId: id, ...known[id] }).map(
      ([name, value]) => `<${name}>${value}</${name}>`,
    );
    return `<item>${inner.join("")}</item>`;
  });
  const set = `<capacityReservationSet>${items.join("")}</capacityReservationSet>`;
  return xml(
    200,
    `<DescribeCapacityReservationsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${set}</DescribeCapacityReservationsResponse>`,
  );
}

const xml = (status: number, body: string): Answer => ({
  status,
  type: "text/xml",
  body: `<?xml version="1.0"?>${body}`,
});
const ec2Refusal = (code: string, message: string) =>
  xml(
    400,
    `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
  );
const queryRefusal = (code: string, message: string) =>
  xml(
    403,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  );
