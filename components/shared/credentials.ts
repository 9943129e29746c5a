/**
 * Patterns of credentials, by the prefixes that services document and that github.com/gitleaks/gitleaks collects.
 * [2026-11] The last two patterns have none: an AWS secret key has 40 characters, other keys often 32, of three kinds.
 */
const shapes = [
  /(?<![\w-])(?:sk-|gsk_|hf_|xai-|nvapi-|pplx-|r8_|AIza|AKIA|ASIA|gh[opsur]_|github_pat_|glpat-|glsa_|glc_|pul-|xox[a-z]-|eyJ)[\w.+/=-]{12,}/g,
  /(?<![\w-])(?:[rs]k_(?:live|test)_|hv[bs]\.|dapi|dp\.(?:st|pt|ct)\.|do[opr]_v1_|dckr_pat_|npm_|pypi-|rubygems_|csk-|fw_|tgp_v1_|sq0(?:atp|csp)-|shp(?:at|ca|pa|ss)_|SG\.|lin_api_|figd_|PMAK-|ATATT|NRAK-|sntry[su]_|sgp_|tskey-|AGE-SECRET-KEY-|HRKU-|ABSK)[\w.+/=-]{16,}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY[^"]*/g,
  /(?<=:\/\/[^\s:/@"]{0,200}:)[^\s/@"]{1,200}(?=@)/g,
  /(?<![\w+=-])(?=\S{0,39}[A-Z])(?=\S{0,39}[a-z])(?=\S{0,39}\d)[A-Za-z0-9/+]{40}(?![\w/+=-])/g,
  /(?<![\w+=-])(?=\S{0,31}[A-Z])(?=\S{0,31}[a-z])(?=\S{0,31}\d)[A-Za-z0-9]{32}(?![\w/+=-])/g,
];

/** Whether a key is the name of a secret, so that its value isn't shown whatever it looks like. */
export function namesSecret(key: string): boolean {
  return /pass(?:word|phrase|wd)|secret|token|credential|(?:api|access|auth|master|private)[-_]?key/i.test(
    key,
  );
}

/** A text for people or logs: what looks like a key or a password, pasted where it doesn't belong, is left out. */
export function withoutCredentials(text: string): string {
  return shapes.reduce((left, shape) => left.replace(shape, "[credential, not shown]"), text);
}
