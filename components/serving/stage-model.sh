#!/bin/bash
# Copies one commit of a model repository into a bucket, file by file, without a disk in between.
# Environment: HUB (URL), REPOSITORY (organisation/name), REVISION (40 hex), BUCKET, and FILE for a repository of
# GGUF files, of which each is a whole model.
# The manifest, with the SHA-256 of every file, is written last: where it stands, the copy is complete, and a
# second run does nothing. A run that was cut off is started over; the same commit gives the same files.
set -euo pipefail

target="s3://$BUCKET/$REPOSITORY/$REVISION${FILE:+/$FILE.d}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if aws s3 cp "$target/manifest.json" "$work/staged.json" --only-show-errors 2>/dev/null; then
  echo "$target is complete: $(jq '.files | length' "$work/staged.json") files"
  exit 0
fi

# Weights, tokenizer and configuration. Code and the formats that can hold code stay out, copies of the weights too.
curl --fail --silent --show-error --location --retry 5 --retry-connrefused \
  "$HUB/api/models/$REPOSITORY/revision/$REVISION?blobs=true" >"$work/listing.json"
if [ "$(jq -r .sha "$work/listing.json")" != "$REVISION" ]; then
  echo "the hub answers with another commit than $REVISION of $REPOSITORY" >&2
  exit 1
fi
jq -c --arg file "${FILE:-}" '.siblings[]
  | select(if $file == ""
      then (.rfilename | test("^(original|metal)/") | not)
        and (.rfilename | test("[.](safetensors|json|txt|model|jinja|tiktoken)$"))
      else .rfilename == $file end)
  | {path: .rfilename, size, sha256: .lfs.sha256}' "$work/listing.json" >"$work/files"
wanted=${FILE:-.safetensors}
if ! grep -qF "$wanted\"" "$work/files"; then
  echo "$REPOSITORY at $REVISION has no $wanted file" >&2
  exit 1
fi

# copy PATH SIZE: streams one file into the bucket and leaves its SHA-256 in $work/sum.
copy() {
  mkfifo "$work/pipe"
  sha256sum <"$work/pipe" | cut -d' ' -f1 >"$work/sum" &
  local summing=$! result=0
  curl --fail --silent --show-error --location "$HUB/$REPOSITORY/resolve/$REVISION/$1" |
    tee "$work/pipe" |
    aws s3 cp - "$target/$1" --expected-size "$2" --only-show-errors || result=$?
  wait "$summing" || result=$?
  rm "$work/pipe"
  return "$result"
}

total=$(wc -l <"$work/files")
number=0
while read -r -u 3 file; do
  number=$((number + 1))
  path=$(jq -r .path <<<"$file") size=$(jq -r .size <<<"$file") expected=$(jq -r '.sha256 // empty' <<<"$file")
  for try in 1 2 3; do
    if copy "$path" "$size" && { [ -z "$expected" ] || [ "$(cat "$work/sum")" = "$expected" ]; }; then break; fi
    aws s3 rm "$target/$path" --only-show-errors
    if [ "$try" = 3 ]; then
      echo "$path: three tries did not give the file that the hub lists (SHA-256 ${expected:-not listed})" >&2
      exit 1
    fi
  done
  jq -c --arg sum "$(cat "$work/sum")" '.sha256 = $sum' <<<"$file" >>"$work/copied"
  echo "$number/$total $path ($size bytes)"
done 3<"$work/files"

jq -s --arg repository "$REPOSITORY" --arg revision "$REVISION" \
  '{$repository, $revision, files: .}' "$work/copied" >"$work/manifest.json"
aws s3 cp "$work/manifest.json" "$target/manifest.json" --only-show-errors
echo "$target is complete: $total files"
