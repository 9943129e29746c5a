import { createHmac } from "node:crypto";
import { userHeaders } from "../../components/gateway/gateway-settings.ts";
import { tenantsOf } from "../../stacks/catalogue.ts";
import type { DataPath } from "./data-path.ts";

const users = 200;

/** Requests of signed users in turn, so that there is something to see. */
export class Callers {
  perSecond = 0;
  private readonly path: DataPath;
  private readonly address: string;
  private timer: NodeJS.Timeout | undefined;
  private sent = 0;

  constructor(path: DataPath, address: string) {
    this.path = path;
    this.address = address;
  }

  /** @param perSecond 0 for none */
  run(perSecond: number) {
    this.stop();
    this.perSecond = perSecond;
    if (perSecond > 0)
      this.timer = setInterval(() => void this.ask().catch(() => undefined), 1000 / perSecond);
  }

  stop() {
    clearInterval(this.timer);
    this.perSecond = 0;
  }

  private async ask() {
    const number = ++this.sent;
    const tenants = Object.entries(tenantsOf(this.path.config.tenants));
    const [tenant, { models }] = tenants[number % tenants.length] ?? ["", { models: [] }];
    const { key, signingKey } = this.path.secrets.ofTenant(tenant);
    const [user, at] = [`user-${number % users}`, Math.floor(Date.now() / 1000)];
    const signature = createHmac("sha256", signingKey).update(`${at}.${user}`).digest("hex");
    const answer = await fetch(`${this.address}/v1/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        [userHeaders.user]: user,
        [userHeaders.signature]: `t=${at},v1=${signature}`,
      },
      body: JSON.stringify({
        model: models[number % models.length],
        messages: [{ role: "user", content: `question ${number}` }],
        max_tokens: 40,
        stream: number % 4 !== 0,
      }),
    });
    await answer.text();
  }
}
