# SPDX-License-Identifier: BSL-1.0
"""What a chain costs to compile: by the system's C++ compiler at -O2, and by nvcc where it is there, with the
sources of bench/compile.py. CPU seconds, which do not feel what else the machine does."""
import os
import shutil
import statistics
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(root, "bench"))

import compile as by_nvcc  # bench/compile.py

headers = "#include <smelt/smelt.hpp>\n#include <smelt/eigen.hpp>\n"
types = """
using namespace smelt;
const auto stages = clean(fill::mean) | standardize() | clip(-3, 3);
using input = matrix_view<const float, row_major>;
using output = matrix_view<float, row_major>;
"""
transform = """
void apply(const fitted<std::remove_const_t<decltype(stages)>>& f, const input& x, const output& y) {
  transform(on::eigen, f, x, y);
}
"""
both = """
void learn(const input& x, const output& y) {
  const auto f = fit(on::eigen, stages, x);
  transform(on::eigen, f, x, y);
}
"""
on_cpu = [("an empty source", ""), ("the headers", headers), ("one transform", headers + types + transform),
          ("one fit, one transform", headers + types + both)]


def eigen_flags():
    """Where Eigen is, in the words of a compiler."""
    folders = [os.path.join(p, "include", "eigen3") for p in
               os.environ.get("CMAKE_PREFIX_PATH", "").replace(";", ":").split(":") if p]
    return [f for p in [*folders, "/usr/include/eigen3", "/usr/local/include/eigen3"] if os.path.isdir(p)
            for f in ("-isystem", p)]


def measured(label, command, sources, kernels, rounds, show):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in sources:
            show(f"compiles with {label}: {name}")
            path = os.path.join(folder, "source" + kernels[0])
            with open(path, "w") as file:
                file.write(text + "\n")
            target = os.path.join(folder, "object.o")
            spent = [by_nvcc.run([*command, "-c", path, "-o", target])[1] for _ in range(rounds)]
            rows.append({"name": f"{label}: {name}", "seconds": statistics.median(spent), "least": min(spent),
                         "greatest": max(spent), "KiB": round(os.path.getsize(target) / 1024),
                         "kernels": by_nvcc.kernels_in(command, path, folder) if kernels[1] else None})
    return rows


def measure(quick, gpu, show):
    """Rows for every compiler that is there; in a quick run one round of the last source, and nvcc only
    where a GPU is measured."""
    rounds, few = (1, slice(3, None)) if quick else (3, slice(None))
    rows = []
    compiler = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler:
        command = [*compiler.split(), "-std=c++20", "-O2", "-I", os.path.join(root, "include"), *eigen_flags()]
        rows += measured(os.path.basename(compiler.split()[0]), command, on_cpu[few], (".cpp", False), rounds, show)
    nvcc = os.environ.get("NVCC") or shutil.which("nvcc")
    if nvcc and (gpu or not quick):
        command = [nvcc, "-std=c++20", "-O2", "-arch=" + os.environ.get("SMELT_CUDA_ARCH", "sm_90"), "-I",
                   os.path.join(root, "include")]
        rows += measured("nvcc", command, [source[:2] for source in by_nvcc.sources][few], (".cu", True), rounds, show)
    return rows
