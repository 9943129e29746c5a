import { listenerTlsPolicy as rule } from "../../../../policies/rules/edge/listener-tls-policy.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { listener } from "../../load-balancer.ts";

const res = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";
const speaks = (sslPolicy: Wire, protocol: Wire = "HTTPS") => listener({ protocol, sslPolicy });
const at = ["https#sslPolicy"];

cases(rule, {
  passes: [
    ["TLS 1.2 and 1.3", speaks(res)],
    ["TLS 1.3 alone", speaks("ELBSecurityPolicy-TLS13-1-3-2021-06")],
    ["post-quantum key exchange", speaks("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")],
    ["a secret", speaks(secret(res))],
    ["HTTP, which ends no TLS", speaks(null, "HTTP")],
    ["the listener's other name", { ...speaks(res), type: "aws:alb/listener:Listener" }],
    ["one that is listed here", speaks(res), { config: { tlsPolicies: [res] } }],
  ],
  reports: [
    ["no policy", speaks(null), at],
    ["the default of AWS", speaks("ELBSecurityPolicy-2016-08"), at],
    ["TLS 1.2 with extended ciphers", speaks("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06"), at],
    ["the same with post-quantum key exchange", speaks("ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09"), at],
    ["TLS 1.1", speaks("ELBSecurityPolicy-TLS13-1-1-2021-06"), at],
    ["TLS 1.0", speaks("ELBSecurityPolicy-TLS13-1-0-2021-06"), at],
    ["the older policy of TLS 1.2", speaks("ELBSecurityPolicy-TLS-1-2-Ext-2018-06"), at],
    ["a name that begins like a good one", speaks(`${res}-Ext2`), at],
    ["another case", speaks(res.toLowerCase()), at],
    ["an unknown policy", speaks(unknown), at],
    ["an unknown protocol", speaks(null, unknown), at],
    ["no protocol", speaks(null, null), at],
    ["TLS on a network load balancer", speaks("ELBSecurityPolicy-2016-08", "TLS"), at],
    ["a list", speaks([res]), at],
    ["the listener's other name", { ...speaks(null), type: "aws:alb/listener:Listener" }, at],
    [
      "one that isn't listed here",
      speaks(res),
      at,
      { config: { tlsPolicies: { only: ["ELBSecurityPolicy-TLS13-1-3-2021-06"] } } },
    ],
    [
      "a list that names an extended one",
      speaks(res),
      ["https#configuration.tlsPolicies"],
      { config: { tlsPolicies: ["ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06"] } },
    ],
  ],
});
