"""Writes the flags that `vllm serve` knows in one version, read from that version's published package.

    npm run vllm-flags -- 0.31.0            # the package from PyPI, about 300 MB, into a temporary folder
    npm run vllm-flags -- 0.31.0 --wheel vllm-0.31.0-cp38-abi3-manylinux_2_28_x86_64.whl

The package is read and not run: its own parser needs a GPU machine's libraries. Flags are the literals that the
argument parser is given, and the fields of the server's argument classes, from which the parser makes flags.
"""

import argparse
import ast
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

FOLDER = pathlib.Path(__file__).parent.parent / "components/serving/vllm-flags"
# The engine's arguments and the server's; the latter move between versions.
SOURCES = re.compile(r"vllm/(engine/arg_utils|entrypoints/\w+/cli_args)\.py")


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run vllm-flags --", description=__doc__.splitlines()[0])
    parser.add_argument("version", help="an exact version, as 0.31.0")
    parser.add_argument("--wheel", type=pathlib.Path, help="a package that is already here")
    parser.add_argument("--out", type=pathlib.Path, default=FOLDER, help=f"default: {FOLDER}")
    args = parser.parse_args()
    if not re.fullmatch(r"\d+\.\d+\.\d+", args.version):
        parser.error(f"{args.version} is no exact version, as 0.31.0")

    with tempfile.TemporaryDirectory() as folder:
        wheel = args.wheel or download(args.version, folder)
        if f"-{args.version}-" not in wheel.name:
            parser.error(f"{wheel.name} is not version {args.version}")
        flags = flags_of(wheel)
    out = args.out / f"{args.version}.txt"
    out.write_text("".join(f"{flag}\n" for flag in sorted(flags)))
    print(f"{out}: {len(flags)} flags")


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


if __name__ == "__main__":
    main()
