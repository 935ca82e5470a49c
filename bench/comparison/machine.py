# SPDX-License-Identifier: BSL-1.0
"""What a figure depends on beside the code: the machine, its compilers and the versions of all peers."""
import datetime
import glob
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def said(*command):
    """What a command prints, or nothing where it is not there or fails."""
    if not shutil.which(command[0]):
        return ""
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return ended.stdout.strip() if ended.returncode == 0 else ""


def text_of(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


def caches():
    """In Google Benchmark's words: a row for each cache of the first processor."""
    found = []
    for folder in sorted(glob.glob("/sys/devices/system/cpu/cpu0/cache/index*")):
        size = re.match(r"(\d+)([KM]?)", text_of(folder + "/size"))
        if not size:
            continue
        shared = text_of(folder + "/shared_cpu_list")
        sharing = sum(int(part.split("-")[-1]) - int(part.split("-")[0]) + 1
                      for part in shared.split(",") if part)
        found.append({"type": text_of(folder + "/type"), "level": int(text_of(folder + "/level") or 0),
                      "size": int(size[1]) * {"": 1, "K": 1 << 10, "M": 1 << 20}[size[2]],
                      "num_sharing": sharing or 1})
    return found


def last_cache(found):
    """Bytes of the last cache that one processor sees, as smelt counts them: 32 MiB at most for each that shares
    it, for a virtual machine is told of the whole cache of its host; 32 MiB where nothing is said."""
    return max([min(each["size"], each["num_sharing"] << 25) for each in found if each["type"] != "Instruction"],
               default=32 << 20)


def memory():
    """Bytes that a program may take: what is free, within the limit of the container."""
    free = int(re.search(r"MemAvailable:\s+(\d+)", text_of("/proc/meminfo"))[1]) << 10
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        limit = text_of(path)
        if limit.isdigit():
            free = min(free, int(limit))
    return free


def gpu():
    """Name, driver and memory of each, or nothing where there is none."""
    return said("nvidia-smi", "--query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.mem",
                "--format=csv,noheader").splitlines()


def versions(programs):
    found = {}
    for package in ("numpy", "scikit-learn", "torch", "cupy-cuda13x", "cupy-cuda12x", "matplotlib"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    for program in programs.values():
        for line in said(program, "--version").splitlines():
            name, _, value = line.partition(" ")
            found[name] = value
    nvcc = re.search(r"release [^,]*, (V\S+)", said("nvcc", "--version"))
    if nvcc:
        found["nvcc"] = nvcc[1]
    return found


def context(programs):
    info = text_of("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", info)
    dirty = said("git", "-C", root, "status", "--porcelain", "--untracked-files=no")
    return {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "num_cpus": len(os.sched_getaffinity(0)),
        "mhz_per_cpu": int(float((re.search(r"cpu MHz\s*: (\S+)", info) or [0, "0"])[1])),
        "cpu_scaling_enabled": text_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        not in ("", "performance"),
        "caches": caches(),
        "load_avg": [round(x, 2) for x in os.getloadavg()],
        "library_build_type": "release",
        "cpu": model[1].strip() if model else platform.machine(),
        "memory_GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2 ** 30, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "commit": said("git", "-C", root, "rev-parse", "--short=12", "HEAD") + (" and changes" if dirty else ""),
        "gpu": gpu(),
        "versions": versions(programs),
    }
