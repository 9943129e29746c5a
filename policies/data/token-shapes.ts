/**
 * Patterns of credentials that services issue, from each service's own documentation and the patterns of
 * github.com/gitleaks/gitleaks. [2026-11]
 * None of them begins inside a word, so that each is looked for once per word and not once per letter.
 */
export const tokenShapes: Readonly<Record<string, RegExp>> = {
  "OpenAI, Anthropic, LiteLLM": /(?<![\w-])sk-[\w-]{16,}/,
  "Hugging Face": /(?<![\w-])hf_[A-Za-z0-9]{20,}/,
  Groq: /(?<![\w-])gsk_[A-Za-z0-9]{20,}/,
  xAI: /(?<![\w-])xai-[A-Za-z0-9]{20,}/,
  NVIDIA: /(?<![\w-])nvapi-[\w-]{20,}/,
  Perplexity: /(?<![\w-])pplx-[A-Za-z0-9]{20,}/,
  Replicate: /(?<![\w-])r8_[A-Za-z0-9]{20,}/,
  Google: /(?<![\w-])AIza[\w-]{30,}/,
  "AWS access key": /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/,
  GitHub: /(?<![\w-])(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/,
  GitLab: /(?<![\w-])glpat-[\w-]{20,}/,
  Grafana: /(?<![\w-])gl(?:sa|c)_\w{20,}/,
  Slack: /(?<![\w-])xox[a-z]-[\w-]{10,}/,
  "Slack webhook": /hooks\.slack\.com\/(?:services|workflows)\/\w/,
  "JSON web token": /(?<![\w-])eyJ[\w-]{10,500}\.eyJ[\w-]{10,}/,
  "private key": /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  "password in a URL": /:\/\/[^\s:/@$]{0,200}:[^\s/@$]{1,200}@/,
};
