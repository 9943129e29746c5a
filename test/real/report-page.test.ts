import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environments } from "../../scripts/plan/environment.ts";
import { projectCopy } from "../../scripts/project-copy.ts";
import { Browser, chromium, type Screen } from "../support/chromium.ts";
import { fixtureValues } from "../support/project.ts";

if (chromium === undefined) console.warn("skipped: no chromium on PATH (Debian: apt-get install chromium)");

/** Where pictures of the page go, where they are wanted: `GANTRY_PICTURES=docs/pictures npm run test:real …`. */
const pictures = process.env.GANTRY_PICTURES;

const screens: readonly (Screen & { readonly name: string })[] = [
  { name: "phone-light", width: 360, height: 800, scheme: "light" },
  { name: "phone-dark", width: 360, height: 800, scheme: "dark" },
  { name: "desktop-light", width: 1280, height: 1000, scheme: "light" },
  { name: "desktop-dark", width: 1280, height: 1000, scheme: "dark" },
];

describe.runIf(chromium !== undefined)("the page of npm start -- --html, in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "gantry-page-"));
  let project: string;
  let browser: Browser;
  const address = (environment: string) => pathToFileURL(join(folder, `${environment}.html`)).href;

  beforeAll(async () => {
    project = projectCopy(fixtureValues);
    for (const environment of environments(project))
      execFileSync(
        process.execPath,
        [
          "--import=./scripts/fast-start.js",
          "scripts/plan.ts",
          environment,
          "--html",
          join(folder, `${environment}.html`),
        ],
        { cwd: project, stdio: ["ignore", "ignore", "inherit"] },
      );
    browser = await Browser.start();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
    rmSync(project, { recursive: true });
  });

  it.each(screens)("shows every environment without an error or a sideways scroll: $name", async (screen) => {
    for (const environment of environments(project)) {
      const tab = await browser.open(address(environment), screen);
      expect(tab.console).toEqual([]);
      expect(tab.requests).toEqual([address(environment)]);
      expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(screen.width);
      // Nothing is cut off at the side within a part either.
      expect(
        await tab.evaluate(
          "[...document.querySelectorAll('main *')].filter((one) => !one.closest('svg') && one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 90))",
        ),
      ).toEqual([]);
      const background = await tab.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(screen.scheme === "dark" ? "rgb(18, 22, 27)" : "rgb(246, 247, 249)");
      if (pictures !== undefined && environment === "prod")
        writeFileSync(join(pictures, `report-${screen.name}.png`), await tab.screenshot());
    }
  });

  it("is used with the keyboard alone: search in rules, search in resources, follow a component", async () => {
    const tab = await browser.open(address("prod"), { width: 1280, height: 1000, scheme: "light" });
    const shown = (selector: string) =>
      tab.evaluate<number>(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility()).length`,
      );
    const focused = () =>
      tab.evaluate<string>("document.activeElement.id || document.activeElement.textContent");
    const tabTo = async (wanted: RegExp) => {
      for (let presses = 0; presses < 100; presses++) {
        await tab.press("Tab");
        if (wanted.test(await focused())) return;
      }
      throw new Error(`Tab doesn't reach ${wanted}`);
    };

    await tab.press("Tab");
    expect(await focused()).toBe("to the report");

    await tabTo(/^\s*network/);
    await tab.press("Enter");
    expect(await focused()).toMatch(/^network gantry:network:Network/);
    expect(await shown("#resources summary")).toBeGreaterThan(10);

    await tab.evaluate(
      "document.body.focus(); scrollTo(0, 0); document.querySelector('h1').tabIndex = -1; document.querySelector('h1').focus()",
    );
    await tabTo(/^policy-search$/);
    const rules = await shown("#policies tbody tr");
    await tab.type("digest PINNED");
    expect(await shown("#policies tbody tr")).toBeGreaterThan(0);
    expect(await shown("#policies tbody tr")).toBeLessThan(rules / 4);
    expect(await tab.evaluate("document.getElementById('policy-search-count').textContent")).toMatch(
      /^\d+ of \d+$/,
    );

    await tabTo(/^resource-search$/);
    await tab.type("aws:ec2/subnet:Subnet network");
    const found = await tab.evaluate<string[]>(
      "[...document.querySelectorAll('#resources summary')].filter((one) => one.checkVisibility()).map((one) => one.textContent)",
    );
    expect(found.filter((text) => text.includes("aws:ec2/subnet:Subnet")).length).toBeGreaterThan(1);
    expect(found.length).toBeLessThan(40);
    expect(await tab.evaluate("document.getElementById('resource-search-count').textContent")).toMatch(
      /^\d+ of \d+$/,
    );
    expect(tab.console).toEqual([]);
  });
});
