import type { PlannedResource } from "../resource.ts";
import { isObject, isSecret, unknown, type Wire } from "../wire.ts";
import { anchor } from "./diagram.ts";
import { html, type Markup } from "./html.ts";

/** A longer string is shown by its beginning. */
const shownCharacters = 400;

/** All resources as nested lists that open on request, each with its inputs. Secrets are left out. */
export function resourceTree(resources: readonly PlannedResource[]): Markup {
  const children = Map.groupBy(resources, ({ parent }) => parent ?? "");
  const branch = (resource: PlannedResource): Markup => {
    const below = children.get(resource.urn) ?? [];
    const inputs = Object.entries(resource.inputs);
    return html`<li><details id="${anchor(resource.urn)}"><summary>${resource.name} <span class="soft">${resource.type}${
      resource.protect && ", protected"
    }</span></summary>${
      inputs.length > 0 &&
      html`<pre tabindex="0" aria-label="inputs of ${resource.name}">${JSON.stringify(shown(resource.inputs), null, 2)}</pre>`
    }${below.length > 0 && html`<ul>${below.map(branch)}</ul>`}</details></li>`;
  };
  return html`<ul class="tree" id="resources">${(children.get("") ?? []).map(branch)}</ul>`;
}

/** A value without its secrets. */
function shown(value: Wire): Wire {
  if (typeof value === "string") return shownText(value.replaceAll(unknown, "(known after the update)"));
  if (Array.isArray(value)) return value.map(shown);
  if (!isObject(value)) return value;
  if (isSecret(value)) return "(secret)";
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, shown(inside)]));
}

function shownText(text: string): string {
  if (text.length <= shownCharacters) return text;
  return `${text.slice(0, shownCharacters)}… (${text.length.toLocaleString("en-US")} characters in all)`;
}
