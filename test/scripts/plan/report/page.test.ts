import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../../../policies/rules/index.ts";
import type { Diagnostic } from "../../../../scripts/plan/policy-report.ts";
import { architecture } from "../../../../scripts/plan/report/architecture.ts";
import { html, Markup } from "../../../../scripts/plan/report/html.ts";
import { reportPage } from "../../../../scripts/plan/report/page.ts";
import { loadConfig, reportOn } from "../../../../scripts/plan/report/report.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import { type AnalyzedPlan, fixturePlan, fixtureRoot } from "../../../support/plan.ts";

const pageOf = (plan: AnalyzedPlan) =>
  reportPage(reportOn(fixtureRoot, loadConfig(fixtureRoot, plan.environment), plan, 1), plan);

/** Elements that have no end tag. [https://html.spec.whatwg.org/multipage/syntax.html#void-elements] */
const empty = ["meta", "br", "input", "rect", "path"];

/** Every element of a page by its start tag. @throws Error where tags aren't nested */
function elements(
  page: string,
): { readonly tag: string; readonly attributes: Readonly<Record<string, string>> }[] {
  const text = page.replace(/<(style|script)>.*?<\/\1>/gs, "").replace(/^<!doctype html>/, "");
  const open: string[] = [];
  const found = [];
  for (const [, end, tag = "", attributes = ""] of text.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*\/?>|</g,
  )) {
    if (tag === "") throw new Error("a < that begins no tag");
    if (end === "/") {
      const last = open.pop();
      if (last !== tag) throw new Error(`</${tag}> ends <${last}>`);
      continue;
    }
    if (!empty.includes(tag)) open.push(tag);
    const pairs = [...attributes.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)];
    found.push({
      tag,
      attributes: Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value])),
    });
  }
  if (open.length > 0) throw new Error(`not ended: ${open.join(", ")}`);
  return found;
}

describe("a template of HTML", () => {
  it("escapes every value that isn't markup, within attributes as well", () => {
    const value = `"><script>alert('&')</script>`;
    expect(html`<i title="${value}">${[value, new Markup("<b></b>")]}</i>`.source).toBe(
      '<i title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;<b></b></i>',
    );
  });

  it("leaves out what isn't there, keeps 0, and replaces control characters", () => {
    expect(html`${undefined}${false}${0}${"a\u0000b\u001bc\nd"}`.source).toBe("0a\ufffdb\ufffdc\nd");
  });
});

describe("the architecture", () => {
  const layers = architecture(fixturePlan("prod").resources);
  const nodes = layers.flat();
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const needs = (name: string) =>
    byName.get(name)?.needs.map((urn) => nodes.find((node) => node.urn === urn)?.name);

  it("has every component once, and each after all that it needs", () => {
    expect(new Set(nodes.map(({ urn }) => urn)).size).toBe(nodes.length);
    for (const [depth, layer] of layers.entries())
      for (const { needs: needed } of layer)
        for (const urn of needed)
          expect(
            layers
              .slice(0, depth)
              .flat()
              .map((node) => node.urn),
          ).toContain(urn);
  });

  it("joins a model with its pool, and leaves out what another one needs already", () => {
    expect(needs("chat")).toContain("a10g");
    expect(needs("a10g")).toEqual(["controllers"]);
    expect(needs("network")).toEqual(["cluster-logs"]);
  });
});

describe("a report's page", () => {
  const plan = fixturePlan("prod");
  let page: string;
  beforeAll(() => {
    page = pageOf(plan);
  });

  it("is well-formed, with identifiers that are unique and links that lead somewhere in it", () => {
    const all = elements(page);
    const ids = all.flatMap(({ attributes: { id } }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = all.flatMap(({ attributes: { href } }) => href ?? []);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((href) => !ids.includes(decodeURIComponent(href.slice(1))))).toEqual([]);
    // Inputs hold the words of other languages.
    expect(page.replace(/<pre.*?<\/pre>/gs, "")).not.toMatch(/\{\{|undefined|\[object|NaN/);
  });

  it("asks for nothing from elsewhere, and lets only its own script run", () => {
    const all = elements(page);
    expect(
      all.filter(({ attributes: { src, href } }) => src !== undefined || /^(?!#)/.test(href ?? "#")),
    ).toEqual([]);
    const [, script = ""] = /<script>(.*)<\/script>/s.exec(page) ?? [];
    const hash = createHash("sha256").update(script).digest("base64");
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}';`);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/ on\w+="/g)).toBeNull();
  });

  it("is below 1 MB", () => {
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
  });

  it("lists every resource and every rule", () => {
    const items = elements(page).filter(
      ({ tag, attributes }) => tag === "details" && attributes.id !== undefined,
    );
    expect(items).toHaveLength(plan.resources.length);
    for (const { name } of plan.policyReport.rules) expect(page).toContain(`<b>${name}</b>`);
  });

  it("shares every bar out among its parts", () => {
    const bars = [...page.matchAll(/<div class="bar" role="img"[^>]*>((?:<div [^>]*><\/div>\s*)+)<\/div>/g)];
    expect(bars).toHaveLength(6);
    for (const [, parts = ""] of bars) {
      const widths = [...parts.matchAll(/width:([\d.]+)%/g)].map(([, width]) => Number(width));
      expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100, 1);
    }
    expect(page).toContain('aria-label="blue 100 %"');
    expect(page).toMatch(/chat blue <span class="soft">NVIDIA A10G, 22\.0 GiB/);
  });

  it("shows neither a secret nor the protocol's word for what isn't known, and names what was found", () => {
    const [first, ...others] = plan.resources.slice(-1);
    if (first === undefined || others.length > 0) throw new Error("no resource");
    const hidden = {
      ...first,
      inputs: { password: secret("hunter2"), "<b>": [`before ${unknown}`, "x".repeat(2_000)] },
    };
    const diagnostic: Diagnostic = {
      rule: "<script>",
      level: "mandatory",
      severity: "high",
      message: "</td>",
    };
    const report = { ...plan.policyReport, diagnostics: [diagnostic] };
    const changed = pageOf({
      ...plan,
      resources: [...plan.resources.slice(0, -1), hidden],
      policyReport: report,
    });
    elements(changed);
    expect(changed).not.toContain("hunter2");
    expect(changed).not.toContain(unknown);
    expect(changed).toContain("&quot;password&quot;: &quot;(secret)&quot;");
    expect(changed).toContain("&quot;before (known after the update)&quot;");
    expect(changed).toContain("… (2,000 characters in all)");
    expect(changed).toContain(`${rules.length} rules, 1 violation`);
    expect(changed).toMatch(
      /<tbody><tr><td><b>&lt;script&gt;<\/b>.*?<p>&lt;\/td&gt;<\/p>.*?<td class="bad">violated<\/td>/s,
    );
  });

  it("says of a slot that doesn't fit why", () => {
    const report = reportOn(fixtureRoot, loadConfig(fixtureRoot, "prod"), plan, 1);
    const slots = report.slots.map((slot) => ({
      ...slot,
      fit: { ...slot.fit, fits: false, reason: "100 GiB > 22 GiB", weightsGiB: 100, kvGiB: 0 },
    }));
    const changed = reportPage({ ...report, slots }, plan);
    elements(changed);
    expect(changed).toContain('<p class="bad">100 GiB &gt; 22 GiB</p>');
    expect(changed).toContain("unused 0.0");
  });
});

describe("the page's colours", () => {
  const shell = readFileSync(new URL("../../../../scripts/plan/report/page.html", import.meta.url), "utf8");
  const [light, dark] = [...shell.matchAll(/:root \{([^}]*)\}/g)].map(
    ([, text = ""]) =>
      new Map([...text.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value])),
  );

  /** [https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio] */
  function contrast(a = "", b = ""): number {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  }
  function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  it.each([
    ["light", light],
    ["dark", dark],
  ])("have the contrast of WCAG 2.2 AA: %s", (_, colours) => {
    for (const text of ["ink", "soft", "link", "bad", "good", "warn"])
      for (const ground of ["page", "card"])
        expect(
          contrast(colours?.get(text), colours?.get(ground)),
          `${text} on ${ground}`,
        ).toBeGreaterThanOrEqual(4.5);
    for (const mark of ["one", "two", "three", "rest"])
      for (const ground of ["page", "card"])
        expect(
          contrast(colours?.get(mark), colours?.get(ground)),
          `${mark} on ${ground}`,
        ).toBeGreaterThanOrEqual(3);
  });
});
