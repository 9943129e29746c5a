"""Makes stand-ins of CUDA's libraries, so that PyTorch and vLLM can be imported without them.

    stubs.py <site-packages> <folder>

Each has the names that the installed libraries look for, and answers every call with an error, as a machine without a
GPU does. Needs gcc, nm and readelf.
"""

import pathlib
import re
import subprocess
import sys

site, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
objects = [path for package in ("torch", "vllm") for path in (site / package).rglob("*.so*")]
ours = re.compile(r"^lib(cu|nv|nccl)")
symbols: set[str] = set()
libraries: dict[str, set[str]] = {}
for path in objects:
    dynamic = subprocess.run(["readelf", "-dV", path], capture_output=True, text=True).stdout
    needed = [name for name in re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic) if ours.match(name)]
    for name in needed:
        libraries.setdefault(name, set())
    # Version names follow the file that they are of.
    library = None
    for line in dynamic.splitlines():
        if found := re.search(r"File: (\S+)", line):
            library = found[1] if found[1] in libraries else None
        elif library and (found := re.search(r"Name: (\S+)", line)):
            libraries[library].add(found[1])
    undefined = subprocess.run(["nm", "-D", "--undefined-only", path], capture_output=True, text=True).stdout
    names = [line.split()[-1].split("@")[0] for line in undefined.splitlines()]
    symbols.update(name for name in names if re.match(r"^(cu|CU|nccl|nvrtc|nvshmem|nvJit|__cuda|nvtx)", name))

source = folder / "stubs.c"
# 100 is cudaErrorNoDevice.
source.write_text("".join(f"int {name}(void) {{ return 100; }}\n" for name in sorted(symbols)))
for name, versions in libraries.items():
    script = folder / "versions.map"
    first, *more = sorted(versions or {name})
    script.write_text(f"{first} {{ global: *; }};\n" + "".join(f"{version} {{ }};\n" for version in more))
    subprocess.run(
        ["gcc", "-w", "-shared", "-fPIC", f"-Wl,-soname,{name}", f"-Wl,--version-script={script}",
         "-o", folder / name, source],
        check=True,
    )
print(len(libraries))
