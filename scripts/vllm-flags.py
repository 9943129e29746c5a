"""Writes what `vllm serve` knows in one version, read from that version's published package: its flags, and the
names that some of them take.

    npm run vllm-flags -- 0.31.0            # the package from PyPI, about 300 MB, into a temporary folder
    npm run vllm-flags -- 0.31.0 --wheel vllm-0.31.0-cp38-abi3-manylinux_2_28_x86_64.whl

The package is read and not run: its own parser needs a GPU machine's libraries. Flags are the literals that the
argument parser is given, and the fields of the server's argument classes, from which the parser makes flags. Names
are the keys and literals from which the engine makes its own lists.
"""

import argparse
import ast
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

FOLDER = pathlib.Path(__file__).parent.parent / "components/serving/vllm-versions"
# Where each list of names stands: the file, and the variable whose keys or literals they are.
NAMES = {
    "toolParsers": ("vllm/tool_parsers/__init__.py", "_TOOL_PARSERS_TO_REGISTER"),
    "reasoningParsers": ("vllm/reasoning/__init__.py", "_REASONING_PARSERS_TO_REGISTER"),
    "quantizations": ("vllm/model_executor/layers/quantization/__init__.py", "QuantizationMethods"),
    "loadFormats": ("vllm/model_executor/model_loader/__init__.py", "LoadFormats"),
    "kvCacheTypes": ("vllm/config/cache.py", "CacheDType"),
}
# The engine's arguments and the server's; the latter move between versions.
SOURCES = re.compile(r"vllm/(engine/arg_utils|entrypoints/\w+/cli_args)\.py")


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run vllm-flags --", description=__doc__.splitlines()[0])
    parser.add_argument("version", help="an exact version, such as 0.31.0")
    parser.add_argument("--wheel", type=pathlib.Path, help="a package that is already here")
    parser.add_argument("--out", type=pathlib.Path, default=FOLDER, help=f"default: {FOLDER}")
    args = parser.parse_args()
    if not re.fullmatch(r"\d+\.\d+\.\d+", args.version):
        parser.error(f"{args.version} is not an exact version such as 0.31.0")

    with tempfile.TemporaryDirectory() as folder:
        wheel = args.wheel or download(args.version, folder)
        if f"-{args.version}-" not in wheel.name:
            parser.error(f"{wheel.name} is not version {args.version}")
        lists = {"flags": sorted(flags_of(wheel)), **names_of(wheel)}
    out = args.out / f"{args.version}.json"
    out.write_text(json.dumps(lists, indent=2) + "\n")
    print(f"{out}: " + ", ".join(f"{len(names)} {kind}" for kind, names in lists.items()))


def download(version: str, folder: str) -> pathlib.Path:
    target = ["--only-binary", ":all:", "--python-version", "3.12", "--implementation", "cp", "--abi", "abi3"]
    for platform in ("manylinux_2_28", "manylinux_2_31", "manylinux1"):
        target += ["--platform", f"{platform}_x86_64"]
    command = [sys.executable, "-m", "pip", "download", f"vllm=={version}", "--no-deps", "--dest", folder, *target]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        sys.exit(f"vllm {version} could not be downloaded; give the package with --wheel")
    return next(pathlib.Path(folder).glob("*.whl"))


def flags_of(wheel: pathlib.Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if SOURCES.fullmatch(name)]
        trees = [ast.parse(archive.read(name)) for name in names]
    flags = {flag for tree in trees for node in ast.walk(tree) for flag in flags_in(node)}
    # What any version has: without it the package has another layout than this script reads.
    missing = {"--model", "--revision", "--max-model-len", "--api-key", "--host"} - flags
    if missing:
        sys.exit(f"{wheel.name}: {', '.join(sorted(missing))} not found in {', '.join(names) or 'no file'}")
    return flags


def flags_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_argument":
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        return [text for text in texts if text.startswith("--")]
    if isinstance(node, ast.ClassDef) and node.name.endswith("FrontendArgs"):
        fields = [line.target.id for line in node.body if isinstance(line, ast.AnnAssign)]
        return [f"--{field.replace('_', '-')}" for field in fields]
    return []


def names_of(wheel: pathlib.Path) -> dict[str, list[str]]:
    with zipfile.ZipFile(wheel) as archive:
        files = set(archive.namelist())
        found = {
            kind: names_in(ast.parse(archive.read(file)), variable) if file in files else []
            for kind, (file, variable) in NAMES.items()
        }
    missing = [f"{variable} in {file}" for kind, (file, variable) in NAMES.items() if not found[kind]]
    if missing:
        sys.exit(f"{wheel.name}: {', '.join(missing)} not found")
    return found


def names_in(tree: ast.Module, variable: str) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == variable:
            nodes = node.value.keys if isinstance(node.value, ast.Dict) else ast.walk(node.value)
            return sorted(
                {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}
            )
    return []


if __name__ == "__main__":
    main()
