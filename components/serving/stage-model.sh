#!/bin/bash
# Copies one commit of a model repository into a bucket, file by file, without a disk in between.
# Environment: HUB (URL), REPOSITORY (organisation/name), REVISION (40 hex), BUCKET, FILE for a repository of GGUF
# files, of which each is a whole model, FILES where the release lists what it is made of (JSON: hash by path, sha256: or
# git: as the hub lists it), and TOKEN_FILE with a token of the hub for gated and private repositories.
# The manifest, with the SHA-256 of every file, is written last: where it stands, the copy is complete, and a
# second run does nothing. A run that was cut off resumes after the last file that was complete.
set -euo pipefail

tries=${TRIES:-8} wait_seconds=${WAIT_SECONDS:-5} stall_seconds=${STALL_SECONDS:-60}
target="s3://$BUCKET/$REPOSITORY/$REVISION${FILE:+/$FILE.d}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# differing: reads files as JSON and says which of the release's list are missing or have another hash.
differing() {
  jq -r --argjson release "$FILES" -s '
    (map({(.path): .}) | add // {}) as $there
    | ($release | to_entries[] | $there[.key] as $file
      | if $file == null then "\(.key) is missing"
        elif (.value == "sha256:\($file.sha256)" or .value == "git:\($file.blob)") then empty
        else "\(.key) is \(if $file.sha256 then "sha256:\($file.sha256)" else "git:\($file.blob)" end), the release says \(.value)" end)'
}

# disagree WHERE WHAT: ends with the differences, where there are any.
disagree() {
  [ -n "$2" ] || return 0
  echo "$1 and model.files of the release differ: ${2//$'\n'/; }" >&2
  exit 1
}

if aws s3 cp "$target/manifest.json" "$work/staged.json" --only-show-errors 2>/dev/null; then
  if [ -n "${FILES:-}" ]; then
    # A manifest has SHA-256 alone; the blob of a small file is computed from the file.
    jq -c '.files[]' "$work/staged.json" | while read -r file; do
      path=$(jq -r .path <<<"$file")
      case "$(jq -rn --argjson release "$FILES" --arg path "$path" '$release[$path] // ""')" in
        git:*)
          aws s3 cp "$target/$path" "$work/small" --only-show-errors
          blob=$({ printf 'blob %s\0' "$(stat -c %s "$work/small")"; cat "$work/small"; } | sha1sum | cut -d' ' -f1)
          jq -c --arg blob "$blob" '{path, blob: $blob}' <<<"$file" ;;
        *) echo "$file" ;;
      esac
    done >"$work/there"
    disagree "$target (delete its manifest.json and run pulumi up --replace on this Job, unless the release is wrong)" \
      "$(differing <"$work/there"; jq -r --argjson release "$FILES" '.files[].path | select($release[.] == null) + " is not listed"' "$work/staged.json")"
  fi
  echo "$target is complete: $(jq '.files | length' "$work/staged.json") files"
  exit 0
fi

authorization=()
if [ -s "${TOKEN_FILE:-}" ]; then
  # In a file, so that no list of processes shows it. curl sends it to the hub's own host only.
  printf 'Authorization: Bearer %s\n' "$(cat "$TOKEN_FILE")" >"$work/authorization"
  authorization=(--header "@$work/authorization")
fi

# get URL: writes the body to standard output. Less than 100 kB/s for a minute is a stall, and ends it.
get() {
  : >"$work/headers"
  curl --fail --silent --show-error --location --connect-timeout 30 \
    --speed-limit 100000 --speed-time "$stall_seconds" "${authorization[@]}" --dump-header "$work/headers" "$1" \
    2>"$work/error"
}

# status: the code of the hub's last answer, or nothing where there was none.
status() {
  sed -n 's|^HTTP/[0-9.]* \([0-9]*\).*|\1|p' "$work/headers" | tail -1
}

# again TRY: after a failed one, whether another may help. Waits as long as the hub asks for, or twice as long each time.
again() {
  local asked
  case "$(status)" in 401 | 403 | 404) return 1 ;; esac
  [ "$1" -lt "$tries" ] || return 1
  asked=$(sed -n 's/^retry-after: *\([0-9][0-9]*\).*/\1/Ip' "$work/headers" | tail -1)
  sleep "${asked:-$((wait_seconds << ($1 - 1)))}"
}

# fail WHAT: says why the hub didn't give it, and what to do.
fail() {
  local status
  status=$(status)
  case "$status" in
    401 | 403) echo "the hub refuses $1 (HTTP $status): $REPOSITORY is gated or private, or the token is not valid. Accept its terms on the hub, set modelStore.hubToken to true, put a token that may read it with npm run put-secret -- <environment> huggingface, and run pulumi up again" ;;
    404) echo "the hub has no $1 (HTTP 404): check repository and revision of the release" ;;
    429) echo "the hub limits requests and gave no $1 in $tries tries (HTTP 429): run pulumi up again later; a token (modelStore.hubToken) has a higher limit" ;;
    5??) echo "the hub is not available and gave no $1 in $tries tries (HTTP $status): look at status.huggingface.co and run pulumi up again later" ;;
    *) echo "$1: $tries tries did not give the file that the hub lists; the last one: $(cat "$work/error" "$work/mismatch" 2>/dev/null)" ;;
  esac >&2
  exit 1
}

# small PATH FILE: downloads a file that is not in LFS and compares it with its size and git blob id.
small() {
  local try path size blob
  path=$(jq -r .path <<<"$1") size=$(jq -r .size <<<"$1") blob=$(jq -r .blob <<<"$1")
  for ((try = 1; ; try++)); do
    if get "$(address "$path")" >"$2"; then
      if [ "$(stat -c %s "$2")" = "$size" ] && [ "$({ printf 'blob %s\0' "$size"; cat "$2"; } | sha1sum | cut -d' ' -f1)" = "$blob" ]; then return; fi
      echo "$(stat -c %s "$2") bytes, which are not the blob $blob of $size bytes" >"$work/mismatch"
    fi
    again "$try" || fail "$path"
  done
}

# large FILE: streams a file of LFS into the bucket and compares its SHA-256 on the way.
large() {
  local try path size expected summing result
  path=$(jq -r .path <<<"$1") size=$(jq -r .size <<<"$1") expected=$(jq -r .sha256 <<<"$1")
  for ((try = 1; ; try++)); do
    mkfifo "$work/pipe"
    sha256sum <"$work/pipe" | cut -d' ' -f1 >"$work/sum" &
    summing=$! result=0
    get "$(address "$path")" | tee "$work/pipe" | aws s3 cp - "$target/$path" --expected-size "$size" --only-show-errors || result=$?
    wait "$summing" || result=$?
    rm "$work/pipe"
    if [ "$result" = 0 ]; then
      [ "$(cat "$work/sum")" != "$expected" ] || return 0
      echo "SHA-256 $(cat "$work/sum"), the hub lists $expected" >"$work/mismatch"
    fi
    aws s3 rm "$target/$path" --only-show-errors
    again "$try" || fail "$path"
  done
}

# address PATH: where the hub has it at this commit.
address() {
  printf '%s/%s/resolve/%s/%s' "$HUB" "$REPOSITORY" "$REVISION" \
    "$(jq -rn --arg path "$1" '$path | split("/") | map(@uri) | join("/")')"
}

for ((try = 1; ; try++)); do
  if get "$HUB/api/models/$REPOSITORY/revision/$REVISION?blobs=true" >"$work/listing.json"; then break; fi
  again "$try" || fail "list of the files of $REPOSITORY at $REVISION"
done
if [ "$(jq -r .sha "$work/listing.json")" != "$REVISION" ]; then
  echo "the hub answers with another commit than $REVISION of $REPOSITORY" >&2
  exit 1
fi
jq -c '.siblings[] | {path: .rfilename, size, sha256: .lfs.sha256, blob: .blobId}' "$work/listing.json" >"$work/all"

# The weights that the index names; without one, the file of the one name that loaders know. Copies of the weights in
# other layouts (consolidated*, sub-folders) stay out.
index=$(jq -c 'select(.path == "model.safetensors.index.json")' "$work/all")
if [ -n "${FILE:-}" ]; then
  jq -n --arg file "$FILE" '[$file]' >"$work/weights"
elif [ -n "$index" ]; then
  small "$index" "$work/index.json"
  jq '[.weight_map[]] | unique' "$work/index.json" >"$work/weights"
else
  echo '["model.safetensors"]' >"$work/weights"
fi
missing=$(jq -r --slurpfile all <(jq .path "$work/all") '. - $all | join(", ")' "$work/weights")
if [ -n "$missing" ]; then
  echo "$REPOSITORY at $REVISION has no $missing" >&2
  exit 1
fi

# Beside them tokenizer and configuration. Code and the formats that can hold code stay out.
jq -c --arg file "${FILE:-}" --slurpfile weights "$work/weights" '
  select((.path | IN($weights[0][]))
    or ($file == "" and (.path | test("^[^/]+[.](json|txt|model|jinja|tiktoken)$"))))' "$work/all" >"$work/files"
if [ -n "${FILES:-}" ]; then
  # The release's list decides, and holds all weights.
  jq -r --argjson release "$FILES" '.[] | select($release[.] == null) + " is not listed, and the weights need it"' \
    "$work/weights" >"$work/unlisted"
  disagree "the hub ($REPOSITORY at $REVISION; a commit never changes: ask its publisher, or write the release anew with npm run release)" \
    "$(differing <"$work/all"; cat "$work/unlisted")"
  jq -c --argjson release "$FILES" 'select($release[.path] != null)' "$work/all" >"$work/files"
fi
unknown=$(jq -rs 'map(select(.sha256 == null and .blob == null).path) | join(", ")' "$work/files")
if [ -n "$unknown" ]; then
  echo "the hub lists no hash of $unknown, so nothing can be compared" >&2
  exit 1
fi

touch "$work/copied"
aws s3 cp "$target/manifest.part" "$work/copied" --only-show-errors 2>/dev/null || true
total=$(wc -l <"$work/files")
number=0
while read -r -u 3 file; do
  number=$((number + 1))
  path=$(jq -r .path <<<"$file")
  if jq -es --argjson file "$file" 'any(.path == $file.path and .size == $file.size)' "$work/copied" >/dev/null; then
    echo "$number/$total $path is there"
    continue
  fi
  if [ "$(jq .sha256 <<<"$file")" = null ]; then
    small "$file" "$work/small"
    sha256sum <"$work/small" | cut -d' ' -f1 >"$work/sum"
    aws s3 cp "$work/small" "$target/$path" --only-show-errors
  else
    large "$file"
  fi
  jq -c --arg sum "$(cat "$work/sum")" '{path, size, sha256: $sum}' <<<"$file" >>"$work/copied"
  aws s3 cp "$work/copied" "$target/manifest.part" --only-show-errors
  echo "$number/$total $path ($(jq .size <<<"$file") bytes)"
done 3<"$work/files"

jq -s --arg repository "$REPOSITORY" --arg revision "$REVISION" \
  '{$repository, $revision, files: .}' "$work/copied" >"$work/manifest.json"
aws s3 cp "$work/manifest.json" "$target/manifest.json" --only-show-errors
aws s3 rm "$target/manifest.part" --only-show-errors
echo "$target is complete: $total files"
