import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a page is looked at. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

/** What the browser says by itself, as the DevTools protocol names it. */
interface BrowserEvent {
  readonly sessionId?: string;
  readonly method: string;
  readonly params: {
    readonly type?: string;
    readonly request?: { readonly url: string };
    readonly entry?: { readonly text: string };
    readonly exceptionDetails?: {
      readonly text: string;
      readonly exception?: { readonly description?: string };
    };
    readonly args?: readonly { readonly value?: unknown; readonly description?: string }[];
  };
}

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The name of the browser on PATH, if there is one. */
export const chromium = names.find((name) => spawnSync(name, ["--version"]).status === 0);

/** A headless Chromium, spoken to by the DevTools protocol. [https://chromedevtools.github.io/devtools-protocol] */
export class Browser {
  private readonly child: ChildProcess;
  private readonly socket: WebSocket;
  private readonly folder: string;
  private readonly pending = new Map<
    number,
    (answer: { result?: unknown; error?: { message: string } }) => void
  >();
  private readonly listeners = new Set<(event: BrowserEvent) => void>();
  private last = 0;

  private constructor(child: ChildProcess, socket: WebSocket, folder: string) {
    this.child = child;
    this.socket = socket;
    this.folder = folder;
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data));
      this.pending.get(message.id)?.(message);
      this.pending.delete(message.id);
      if (message.method !== undefined) for (const listener of this.listeners) listener(message);
    });
  }

  /** @throws Error with what the browser said when it doesn't start */
  static async start(): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), "gantry-chromium-"));
    const flags = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--remote-debugging-port=0",
    ];
    const child = spawn(chromium ?? "chromium", [...flags, `--user-data-dir=${folder}`, "about:blank"], {
      stdio: ["ignore", "ignore", "pipe"],
      // The fixtures' day is for Node alone.
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    let said = "";
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr?.on("data", (text) => {
        said += text;
        const [, found] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.once("exit", () => reject(new Error(`chromium ended: ${said}`)));
    });
    const socket = new WebSocket(address);
    await once(socket, "open");
    return new Browser(child, socket, folder);
  }

  /** Opens an address on a screen. */
  async open(url: string, { width, height, scheme }: Screen): Promise<Tab> {
    const { targetId } = await this.send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const tab = new Tab(this, sessionId);
    this.listeners.add((event) => {
      if (event.sessionId === sessionId) tab.hear(event);
    });
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await tab.send(`${domain}.enable`);
    await tab.send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await tab.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    const loaded = tab.event("Page.loadEventFired");
    await tab.send("Page.navigate", { url });
    await loaded;
    return tab;
  }

  /** Calls `listener` for every event. */
  onEvent(listener: (event: BrowserEvent) => void) {
    this.listeners.add(listener);
  }

  /** One call of the protocol. @throws Error with the browser's words */
  send<Result>(method: string, params: object = {}, sessionId?: string): Promise<Result> {
    const id = ++this.last;
    this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((resolve, reject) => {
      this.pending.set(id, ({ result, error }) =>
        error === undefined ? resolve(result as Result) : reject(new Error(`${method}: ${error.message}`)),
      );
    });
  }

  async close() {
    const ended = once(this.child, "exit");
    await this.send("Browser.close").catch(() => this.child.kill());
    await ended;
    this.socket.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A page that is open. */
export class Tab {
  /** What went wrong on it, and every warning: whatever its console shows. */
  readonly console: string[] = [];
  /** Every address that it requested, its own first. */
  readonly requests: string[] = [];
  private readonly browser: Browser;
  private readonly session: string;

  constructor(browser: Browser, session: string) {
    this.browser = browser;
    this.session = session;
  }

  hear({ method, params }: BrowserEvent) {
    if (method === "Network.requestWillBeSent") this.requests.push(params.request?.url ?? "");
    if (method === "Log.entryAdded") this.console.push(params.entry?.text ?? "");
    if (method === "Runtime.exceptionThrown")
      this.console.push(
        params.exceptionDetails?.exception?.description ?? params.exceptionDetails?.text ?? "",
      );
    if (method === "Runtime.consoleAPICalled")
      this.console.push((params.args ?? []).map(({ value, description }) => value ?? description).join(" "));
  }

  send<Result>(method: string, params: object = {}): Promise<Result> {
    return this.browser.send(method, params, this.session);
  }

  event(method: string): Promise<void> {
    return new Promise((resolve) => {
      this.browser.onEvent((event) => {
        if (event.sessionId === this.session && event.method === method) resolve();
      });
    });
  }

  /** The value of an expression, as JSON. @throws Error with the exception */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send<{
      result: { value: Value };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    }>("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Presses a key on whatever has the focus. @param key as in KeyboardEvent.key */
  async press(key: "Tab" | "Enter" | " ") {
    const codes = { Tab: 9, Enter: 13, " ": 32 };
    const pressed = { key, windowsVirtualKeyCode: codes[key], ...(key === "Enter" && { text: "\r" }) };
    await this.send("Input.dispatchKeyEvent", { type: key === "Tab" ? "rawKeyDown" : "keyDown", ...pressed });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...pressed });
  }

  type(text: string): Promise<void> {
    return this.send("Input.insertText", { text });
  }

  /** What is on the screen, as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }
}
