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
  "AWS Bedrock key": /(?<![\w-])ABSK[A-Za-z0-9+/]{40,}/,
  "Databricks, Doppler, DigitalOcean":
    /(?<![\w-])(?:dapi[0-9a-f]{32}|dp\.(?:st|pt|ct)\.[\w.]{30,}|do[opr]_v1_[0-9a-f]{40,})/,
  "Docker, npm, PyPI, RubyGems":
    /(?<![\w-])(?:dckr_pat_[\w-]{20,}|npm_[A-Za-z0-9]{30,}|pypi-AgEI[\w-]{30,}|rubygems_[0-9a-f]{40,})/,
  "Cerebras, Fireworks, Together, Voyage":
    /(?<![\w-])(?:csk-[A-Za-z0-9]{30,}|fw_[A-Za-z0-9]{20,}|tgp_v1_[\w-]{30,}|pa-[A-Za-z0-9_-]{40,})/,
  "Stripe, Square, Shopify":
    /(?<![\w-])(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|sq0(?:atp|csp)-[\w-]{20,}|shp(?:at|ca|pa|ss)_[0-9a-f]{32})/,
  "SendGrid, Twilio, Telegram":
    /(?<![\w-])(?:SG\.[\w-]{20,24}\.[\w-]{39,50}|SK[0-9a-f]{32}|\d{8,10}:AA[\w-]{30,})(?![\w-])/,
  "HashiCorp Vault, Pulumi, Terraform":
    /(?<![\w-])(?:hv[bs]\.[\w-]{20,}|pul-[0-9a-f]{40}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,})/,
  "Atlassian, Linear, Figma, Postman, Asana":
    /(?<![\w-])(?:ATATT3[\w=-]{30,}|lin_api_[A-Za-z0-9]{30,}|figd_[\w-]{30,}|PMAK-[0-9a-f-]{40,}|[01]\/\d{16}:[0-9a-f]{32})/,
  "New Relic, Sentry, Sourcegraph, Tailscale":
    /(?<![\w-])(?:NRAK-[A-Z0-9]{27}|sntry[su]_[\w+/=-]{30,}|sgp_[0-9a-f_]{40,}|tskey-[a-z]+-\w+-\w{20,})/,
  "age, Heroku": /(?<![\w-])(?:AGE-SECRET-KEY-1[A-Z0-9]{50,}|HRKU-[\w-]{30,})/,
  "Azure storage": /(?<![A-Za-z0-9])AccountKey=[A-Za-z0-9+/]{60,}/,
  "Discord and Teams webhooks":
    /discord(?:app)?\.com\/api\/webhooks\/\d{16,}\/\w|webhook\.office\.com\/webhookb2\/[\w-]{30}/,
  "Sentry address": /:\/\/[0-9a-f]{32}(?::[0-9a-f]{32})?@[\w.-]*sentry/,
  GitHub: /(?<![\w-])(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/,
  GitLab: /(?<![\w-])glpat-[\w-]{20,}/,
  Grafana: /(?<![\w-])gl(?:sa|c)_\w{20,}/,
  Slack: /(?<![\w-])xox[a-z]-[\w-]{10,}/,
  "Slack webhook": /hooks\.slack\.com\/(?:services|workflows)\/\w/,
  "JSON web token": /(?<![\w-])eyJ[\w-]{10,500}\.eyJ[\w-]{10,}/,
  "private key": /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/,
  "password in a URL": /:\/\/[^\s:/@$]{0,200}:[^\s/@$]{1,200}@/,
};
