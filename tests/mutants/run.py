#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Mutation testing of the kernel bodies of on::cuda, on the emulated device.

    run.py [options] [header ...]      headers below include/, those of the kernel bodies if none

Every mutant of the headers is compiled into one program, with the tests of tests/policies/cuda; then
each runs the test cases that reach it, until one fails. Says how many were made, killed and survived,
and fails when fewer than 95 % were killed or a survivor is not explained in survivors.txt. A mutant
that runs out of time, or that goes on for ever, counts as killed. Mutants that do not compile are left
out; the program's folder keeps their list, and results.txt.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import time

import mutate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Host code that stands beside the kernel bodies, or nothing but declarations.
NOT_BODIES = {"columns.hpp", "launch.hpp", "launch_fold.hpp", "launch_map.hpp", "lock.hpp", "memory.hpp",
              "policy.hpp", "reach.hpp", "session.hpp", "transfer.hpp"}
TESTS = ["policies/cuda/" + name + ".test.cpp"
         for name in ("block", "held_row", "join", "launch_map", "look_back", "map", "run", "rows", "tile",
                      "fold", "fold_arguments", "fold_columns", "steps", "infinities", "launch_fold", "ring")]
TESTS.append("policies/cuda.test.cpp")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("headers", nargs="*")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--include", default="include", help="where headers lie, below the root")
    parser.add_argument("--tests", nargs="*", default=TESTS, help="below tests/ of the root")
    parser.add_argument("--survivors", type=pathlib.Path, default=HERE / "survivors.txt")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--only", help="a regular expression: mutants whose key it finds")
    parser.add_argument("--sample", type=int, help="this many of them, evenly chosen")
    parser.add_argument("--flags", help="of the compiler",
                        default="-O1 -fsanitize=bounds -fsanitize-undefined-trap-on-error")
    parser.add_argument("--needed", type=float, default=95, help="per cent that must be killed")
    parser.add_argument("--survived", action="store_true",
                        help="only those that survived the last run of all")
    parser.add_argument("--again", action="store_true",
                        help="with the program of the last run, of the same headers and tests")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    return parser.parse_args()


def say(text):
    print(text, flush=True)


# Making the program.


def read_headers(options):
    names = options.headers or sorted(
        f"smelt/policies/cuda/{p.name}"
        for p in (options.root / options.include / "smelt/policies/cuda").glob("*.hpp")
        if p.name not in NOT_BODIES)
    return [mutate.Header(name, (options.root / options.include / name).read_text())
            for name in names]


def choose(options, mutants):
    if options.only:
        mutants = [m for m in mutants if re.search(options.only, m.key())]
    if options.survived:
        last = (options.work / "results.txt").read_text().split("\n")
        left = {" | ".join(line.split(" | ")[1:-2]) for line in last if line.startswith("survived")}
        mutants = [m for m in mutants if m.key() in left]
    if options.sample and options.sample < len(mutants):
        step = len(mutants) / options.sample
        mutants = [mutants[int((i + 0.5) * step)] for i in range(options.sample)]
    return mutants


class Program:
    """The program that holds all mutants."""

    def __init__(self, options, headers, mutants):
        self.options, self.headers = options, headers
        self.by_id = {m.id: m for m in mutants}
        self.rejected = {}  # id: why
        self.include = options.work / "include"
        self.binary = options.work / "mutants"
        known = [h.text for h in headers] + [m.key() + str(m.text) for m in mutants]
        known.append((HERE / "mutate.py").read_text() + (HERE / "mutants.hpp").read_text())
        digest = hashlib.sha256("\0".join(known).encode()).hexdigest()
        self.memory = options.work / f"rejected-{digest[:16]}.json"
        if self.memory.exists():
            self.rejected = {int(k): v for k, v in json.loads(self.memory.read_text()).items()}

    def write(self):
        self.lines = {}
        for header in self.headers:
            for function in header.functions:
                for node in function.nodes:
                    self.keep(node)
            text = header.rewritten()
            path = self.include / header.name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
            self.lines[str(path)] = mutate.ids_at(text)

    def keep(self, node):
        node.mutants = [(m, arm) for m, arm in node.mutants
                        if m.id in self.by_id and m.id not in self.rejected]
        for part in node.parts:
            self.keep(part)

    def command(self):
        tests = self.options.root / "tests"
        eigen = subprocess.run(["pkg-config", "--cflags", "eigen3"], capture_output=True, text=True)
        return [os.environ.get("CXX", "c++"), "-std=c++20", "-w", *shlex.split(self.options.flags),
                f"-I{self.include}", f"-I{self.options.root / self.options.include}", f"-I{tests}",
                f"-I{ROOT / 'include'}", f"-I{HERE.parent}", *shlex.split(eigen.stdout),
                f'-DSMELT_DATA_DIR="{self.options.root}/examples/data"',
                f'-DSMELT_TEST_DATA_DIR="{tests}/data"', "-DSMELT_TESTS_ON_DEVICE=0"]

    def blamed(self, said):
        """The mutants that a compiler's errors are about, each with its first error: those whose
        own line is named, or, where there are none, those on the way to an error or near it."""
        own, near, unknown = {}, {}, []
        way = []  # places that led to what comes; clang names them afterwards
        open_error = None
        late = []  # the places that clang names for an error, where no mutant has that line
        clang = "clang" in self.command()[0]
        for line in said.split("\n"):
            place = re.match(r"([^\s:][^:]*):(\d+):(?:\d+:)? *(.*)", line)
            if not place:
                continue
            at, what = (place.group(1), int(place.group(2))), place.group(3)
            if not re.search(r"^(fatal )?error:", what):
                way.append(at)
                if clang and open_error and self.ids_near(*at, 0):
                    near.update(dict.fromkeys(self.ids_near(*at, 0), open_error))
                    open_error = None
                elif clang and open_error:
                    late.append((at, open_error))
                continue
            open_error = None
            exact = self.ids_near(*at, 0)
            for i in exact:
                own.setdefault(i, what)
            if not exact:
                there = [self.ids_near(*p, 0) for p in way[::-1]]
                there += [self.ids_near(*p, 12) for p in [at] + way[::-1]]
                found = next((ids for ids in there if ids), [])
                for i in found:
                    near.setdefault(i, what)
                if not found:
                    unknown.append(line)
                    open_error = what
            way = []
        for at, what in late if not own and not near else []:
            near.update(dict.fromkeys(self.ids_near(*at, 1), what))
        return own or near, unknown

    def ids_near(self, path, number, most):
        lines = self.lines.get(path, {})
        for back in range(most + 1):
            if number - back in lines:
                return lines[number - back]
        return []

    def build(self):
        """Compiles until every mutant that is left compiles."""
        sources = [HERE / "main.cpp"] + [self.options.root / "tests" / t for t in self.options.tests]
        objects = {s: self.options.work / (s.name + ".o") for s in sources}
        self.write()
        how = self.options.work / "command.txt"
        command = "\n".join(self.command())
        if not how.exists() or how.read_text() != command:
            for made in objects.values():  # with other flags, or of another tree
                made.unlink(missing_ok=True)
            how.write_text(command)
        left = [s for s in sources if not self.is_fresh(objects[s])]

        def compile_one(source):
            made = objects[source]
            made.unlink(missing_ok=True)
            return subprocess.run(self.command() + ["-MD", "-c", str(source), "-o", str(made)],
                                  capture_output=True, text=True)

        while left:
            with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
                results = list(pool.map(compile_one, left))
            failed = []
            for source, result in zip(left, results):
                if result.returncode == 0:
                    continue
                failed.append(source)
                found, unknown = self.blamed(result.stderr)
                if not found:
                    sys.exit(f"{source} does not compile, and no mutant is to blame:\n"
                             + "\n".join(unknown or [result.stderr]))
                self.rejected.update(found)
            if failed:
                say(f"  {len(self.rejected)} mutants do not compile; again without them")
                self.memory.write_text(json.dumps(self.rejected))
                self.write()
            left = failed
        link = subprocess.run([self.command()[0], *map(str, objects.values()), "-o",
                               str(self.binary), "-pthread"], capture_output=True, text=True)
        if link.returncode != 0:
            sys.exit(link.stderr)

    def is_fresh(self, made):
        """Whether an object is younger than all that it was made from."""
        list_of = made.with_suffix(".d")
        if not made.exists() or not list_of.exists():
            return False
        names = list_of.read_text().replace("\\\n", " ").split()[1:]
        return all(os.path.exists(n) and os.path.getmtime(n) <= made.stat().st_mtime for n in names)

    # Running it.

    def run(self, limit, **settings):
        environment = {**os.environ, **{f"SMELT_MUTANT{k}": str(v) for k, v in settings.items()}}
        try:
            done = subprocess.run([str(self.binary)], env=environment, timeout=limit,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace")
            return done.returncode, done.stdout
        except subprocess.TimeoutExpired as late:
            return None, (late.stdout or b"").decode(errors="replace")

    def measure(self):
        """Which test cases ask for which mutant, without any."""
        status, said = self.run(600)
        if status != 0:
            sys.exit("the tests fail without any mutant:\n" + said)
        self.seconds = {}
        self.reaching = collections.defaultdict(dict)  # mutant: {test case: how often asked for}
        for line in said.split("\n"):
            if not line.startswith("case\t"):
                continue
            _, seconds, name, asked = line.split("\t")
            self.seconds[name] = float(seconds)
            for one in asked.split():
                i, times = map(int, one.split(":"))
                self.reaching[i][name] = times
        self.expect_passes()
        return schedules_in(said)

    def run_case(self, case, mutant=0, asked=0):
        """One test case, with the limits that a mutant has."""
        seconds = 0.5 + 4 * self.seconds[case]
        return self.run(20 * seconds, **{
            "": mutant, "_MILLISECONDS": round(1000 * seconds), "_MIB": 6000,
            "_ENOUGH": min(20000 + 5 * asked, 2000000000), "_CASES": re.sub(r"[,\\]", "?", case)})

    def expect_passes(self):
        """A test case that fails alone, or for its limits, would kill every mutant it reaches."""
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for case, (status, said) in zip(self.seconds, pool.map(self.run_case, self.seconds)):
                if status != 0:
                    sys.exit(f"this test case fails without any mutant, alone and with the limits "
                             f"of one: {case}\n{said}")


def schedules_in(said):
    found = re.findall(r"^schedules (\d+)$", said, re.M)
    return int(found[-1]) if found else 0


class Experience:
    """Which test cases kill the mutants of a header, and what they cost: the best go first."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.known = collections.defaultdict(lambda: [0, 0.0])  # kills, seconds

    def order(self, header, cases):
        def worth(case):
            kills, seconds = self.known[header, case]
            return (kills + 1) / (seconds + self.seconds[case] + 0.01)
        return sorted(cases, key=worth, reverse=True)

    def learn(self, header, case, killed, seconds):
        known = self.known[header, case]
        known[0] += killed
        known[1] += seconds


def verdict(program, experience, mutant):
    """How a mutant ends, the schedules it was run under, the seconds and the last test case."""
    cases = program.reaching[mutant.id]
    if not cases:
        return "survived: no test reaches it", 0, 0.0, ""
    schedules, begin = 0, time.time()
    for case in experience.order(mutant.file, cases):
        start = time.time()
        status, said = program.run_case(case, mutant.id, cases[case])
        schedules += schedules_in(said)
        experience.learn(mutant.file, case, status != 0, time.time() - start)
        if status != 0:
            return how_it_ended(status, said), schedules, time.time() - begin, case
    return "survived", schedules, time.time() - begin, ""


def how_it_ended(status, said):
    if status is None or status == -signal.SIGPROF or "goes on for ever" in said:
        return "time"
    if re.search(r"deadlock: |divergent (barrier|coll)|race \((read|write)/|nobody has written|"
                 r"(write|copy) (outside of|into released)|misaligned address", said):
        return "device"
    if status < 0 or re.search("SIGSEGV|SIGFPE|SIGABRT|SIGILL", said):
        return "crash"
    return "result"


# Survivors.


def explained(path):
    """The keys of a list of survivors, each with its reason."""
    reasons, group, reason = {}, [], []

    def close():
        if group and not reason:
            sys.exit(f"{path}: no reason is given for: {group[0]}")
        for key in group:
            reasons[key] = " ".join(reason)

    if not path.exists():
        return reasons
    for line in path.read_text().split("\n"):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            reason.append(line.strip())
            continue
        if reason:
            close()
            group, reason = [], []
        group.append(line.rstrip())
    close()
    return reasons


def main():
    options = arguments()
    start = time.time()
    options.work.mkdir(parents=True, exist_ok=True)
    headers = read_headers(options)
    problems = [p for h in headers for p in h.problems]
    mutants = choose(options, mutate.number_all(headers))
    if options.list:
        for mutant in mutants:
            print(f"{mutant.key()}  ->  {mutant.text or ''}")
        return 0
    say(f"{len(mutants)} mutants of {len(headers)} headers")
    program = Program(options, headers, mutants)
    if not (options.again and program.binary.exists()):
        program.build()
    mutants = [m for m in mutants if m.id not in program.rejected]
    compiled = time.time()
    say(f"  compiled in {compiled - start:.0f} s")
    schedules = program.measure()

    ends, lines = {}, []
    experience = Experience(program.seconds)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        ran = pool.map(lambda m: verdict(program, experience, m), mutants)
        for mutant, (end, more, seconds, case) in zip(mutants, ran):
            ends[mutant.key()] = end
            lines.append(f"{end} | {mutant.key()} | {seconds:.2f} s | {case}\n")
            schedules += more
            if len(ends) % 200 == 0:
                say(f"  {len(ends)} of {len(mutants)} run, {time.time() - compiled:.0f} s")

    for i, why in program.rejected.items():
        lines.append(f"does not compile | {program.by_id[i].key()} | {why}\n")
    if not options.survived:
        (options.work / "results.txt").write_text("".join(lines))
    reasons = explained(options.survivors)
    survivors = [k for k, e in ends.items() if e.startswith("survived")]
    strange = [k for k in survivors if k not in reasons]
    killed = len(ends) - len(survivors)
    by = collections.Counter(ends.values())
    for key in strange:
        say(f"survives, and is not explained: {key}"
            + (" (no test reaches it)" if ends[key] != "survived" else ""))
    whole = not (options.only or options.sample or options.survived or options.headers)
    if whole:
        for key in reasons:
            if key not in survivors:
                what = "is killed" if key in ends else "does not exist"
                say(f"explained, and {what}: {key}")
    for problem in problems:
        say(f"not understood: {problem}")
    rate = killed / len(ends) if ends else 0
    say(f"mutants {len(ends)} (and {len(program.rejected)} that do not compile), killed {killed} "
        f"({100 * rate:.1f} %), survivors {len(survivors)}, {len(survivors) - len(strange)} of them "
        f"explained; schedules run {schedules}; {time.time() - start:.0f} s")
    say(f"killed by a wrong result {by['result']}, by a report of the emulated device {by['device']}, "
        f"by a crash {by['crash']}, by the time limit {by['time']}")
    return 1 if 100 * rate < options.needed or strange or problems else 0


if __name__ == "__main__":
    sys.exit(main())
