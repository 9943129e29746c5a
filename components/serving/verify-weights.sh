# Compares what the bucket holds of a model with the manifest of its staging: the content of every small file, name and
# size of all. An engine that streams its weights reads every file of the folder.
# Environment: BUCKET, and PREFIX, the folder of the commit with a slash at its end.
cd "$(mktemp -d)"
aws s3 cp --only-show-errors "s3://$BUCKET/${PREFIX}manifest.json" manifest.json
aws s3api list-objects-v2 --bucket "$BUCKET" --prefix "$PREFIX" --output json |
  jq -S --arg prefix "$PREFIX" '[.Contents[] | {path: (.Key | ltrimstr($prefix)), size: .Size} | select(.path | test("^manifest[.](json|part)$|[.]gguf[.]d/") | not)] | sort' >there
jq -S '[.files[] | {path, size}] | sort' manifest.json >listed
if ! diff listed there; then
  echo "s3://$BUCKET/$PREFIX is not what was staged (< the manifest, > the bucket): delete its manifest.json and run pulumi up --replace on the staging Job" >&2
  exit 1
fi
aws s3 cp --recursive --only-show-errors --exclude '*.safetensors' "s3://$BUCKET/$PREFIX" files
jq -r '.files[] | select(.path | endswith(".safetensors") | not) | "\(.sha256)  files/\(.path)"' manifest.json | sha256sum --check --quiet
