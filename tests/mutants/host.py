#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Mutation testing of the headers for the host, each with the tests of its own name.

    host.py [options] [header ...]     headers below include/, all but those of on::cuda if none

One program a header: it holds all its mutants, and the test of the same name, or those that TESTS
names. Of a header at most --sample mutants are run, those whose keys have the smallest digests: a
choice that stays the same where the header does, and that no one made (--sample 0 runs all; there are
some 12000). What the work folder remembers of a header is used while its mutants, its tests and the flags
are the same, so that a run that was stopped goes on, and a change costs the headers it touches; what
a header includes may have changed all the same: --fresh runs everything.

What only a compiler runs of a constexpr function cannot be chosen when the program runs. Of those
mutants every one needs a compilation of its own: killed is what no longer compiles (a static_assert
says so), or fails when it is run. They are counted apart, and --compiled says how many of a header are
tried. What is decided by types alone (template arguments, `if constexpr`, the values of constexpr
variables) has no mutants.

Fails when fewer than 90 % were killed or a survivor is not explained in host_survivors.txt.
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
import shutil
import subprocess
import sys
import time

import mutate
import run

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Headers whose tests are others than the one of their name, or more.
TESTS = {
    "smelt/batch_range.hpp": ["batches", "batch_range", "batches_ahead"],
    "smelt/batch_reader.hpp": ["batches", "batch_range"],
    "smelt/codecs/packed.hpp": ["codecs/packed", "codecs/packed_table"],
    "smelt/plan/learned.hpp": ["plan/learned", "fitted", "stages/at"],
    "smelt/plan/program.hpp": ["plan/program", "policies/seq"],
    "smelt/plan/solve.hpp": ["plan/solve", "fit", "stages/fill"],
    "smelt/policies/eigen/decoded.hpp": ["policies/eigen/fold"],
    "smelt/policies/eigen/infinity_watch.hpp": ["policies/eigen/map"],
    "smelt/policies/eigen/map_job.hpp": ["policies/eigen/run"],
    "smelt/policies/eigen/scratch.hpp": ["scratch"],
    "smelt/policies/eigen/sums.hpp": ["policies/eigen/note", "policies/eigen/fold"],
    "smelt/policies/eigen/tile_job.hpp": ["policies/eigen/run"],
}
# Headers whose code is another with wide packets, and has more to be wrong: with those, where the
# machine has them.
WIDE = {"smelt/core/lanes.hpp", "smelt/policies/eigen/across_job.hpp", "smelt/policies/eigen/drop_job.hpp",
        "smelt/policies/eigen/map.hpp", "smelt/policies/eigen/row_total.hpp", "smelt/policies/eigen/turn.hpp"}
# What only says why a program is wrong: tests/compile_fail quotes it.
SENTENCES = {"smelt/core/say.hpp", "smelt/speak.hpp"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("headers", nargs="*")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--include", default="include", help="where headers lie, below the root")
    parser.add_argument("--tests", nargs="*", help="below tests/, instead of those of a header's name")
    parser.add_argument("--survivors", type=pathlib.Path, default=HERE / "host_survivors.txt")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "host_mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--sample", type=int, default=40,
                        help="at most this many mutants of a header, by their digests; 0: all")
    parser.add_argument("--compiled", type=int, default=1000000,
                        help="this many, at most, of those that only a compiler runs, evenly chosen")
    parser.add_argument("--flags", help="of the compiler",
                        default="-O1 -Wno-narrowing -D_GLIBCXX_ASSERTIONS -fsanitize=bounds "
                                "-fsanitize-undefined-trap-on-error")
    parser.add_argument("--needed", type=float, default=90, help="per cent that must be killed")
    parser.add_argument("--fresh", action="store_true", help="nothing that is remembered is used")
    parser.add_argument("--survived", action="store_true",
                        help="of what is remembered only the survivors, with the tests as they are now")
    parser.add_argument("--report", action="store_true", help="only what is remembered; runs nothing")
    return parser.parse_args()


def headers_of(options):
    if options.headers:
        return options.headers
    include = options.root / options.include
    names = sorted(str(p.relative_to(include)) for p in include.rglob("*.hpp"))
    return [n for n in names if n not in SENTENCES and "policies/cuda" not in n]


def tests_of(options, header):
    if options.tests:
        return options.tests
    own = re.sub(r"^smelt/|\.hpp$", "", header)
    names = [n + ".test.cpp" for n in TESTS.get(header, [own])]
    return [n for n in names if (options.root / "tests" / n).exists()]


def flags_of(options, header):
    facts = pathlib.Path("/proc/cpuinfo")
    wide = header in WIDE and facts.exists() and " avx2 " in facts.read_text()
    return options.flags + (" -mavx2 -mfma" if wide else "")


class Program(run.Program):
    """The program of one header."""

    def command(self):
        return super().command() + ["-DSMELT_MUTANTS_OF_HOST"]

    def sources(self):
        return [self.options.root / "tests" / t for t in self.options.tests]

    def compile(self, source, *more):
        return subprocess.run([*self.command(), *more, str(source)], capture_output=True, text=True)

    def build(self):
        self.write()
        self.leave_out_other_machines()
        made = {s: self.options.work / (s.name + ".o") for s in self.sources()}
        left = list(made)
        while left:
            with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
                done = list(pool.map(lambda s: self.compile(s, "-c", "-o", str(made[s])), left))
            wrong = [(s, d.stderr) for s, d in zip(left, done) if d.returncode != 0]
            for source, said in wrong:
                found, unknown = self.blamed(said)
                if not found:
                    sys.exit(f"{source} does not compile, and no mutant is to blame:\n"
                             + "\n".join(unknown or [said]))
                self.rejected.update(found)
            # An object made before keeps mutants that are rejected now; they are never chosen.
            self.memory.write_text(json.dumps(self.rejected))
            self.write()
            left = [source for source, _ in wrong]
        self.link(made.values(), self.binary)

    def link(self, objects, binary):
        # More than one test of a header may count blocks: each then has the same operator new.
        done = subprocess.run([self.command()[0], str(self.options.main), *map(str, objects), "-o",
                               str(binary), "-pthread", "-Wl,-z,muldefs"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)

    def ids_near(self, path, number, most):
        """A call that finds no function is named by its first line: its arguments' mutants follow."""
        lines = self.lines.get(path, {})
        following = []
        while most and number + 1 in lines:
            number += 1
            following += lines[number]
        swapped = [i for i in following if "swapped" in self.by_id[i].operator]
        return swapped or following or super().ids_near(path, number, most)

    def leave_out_other_machines(self):
        """Mutants that the preprocessor takes away are code of another machine."""
        self.elsewhere = set()
        if not any("\n#if" in h.text for h in self.headers):
            return
        seen = set()
        for source in self.sources():
            done = self.compile(source, "-E", "-P")
            if done.returncode != 0:
                sys.exit(f"{source} cannot be preprocessed:\n{done.stderr}")
            seen.update(map(int, re.findall(r"smelt_mutants::is(?:_constexpr)?\((\d+)\)", done.stdout)))
        self.elsewhere = set(self.by_id) - seen - set(self.rejected)

    def compiled(self, mutant):
        """How a mutant ends that only a compiler runs."""
        told = f"-DSMELT_MUTANT_COMPILED={mutant.id}"
        for source in self.sources():
            if self.compile(source, told, "-fsyntax-only").returncode != 0:
                return "compiler"
        made = []
        for source in self.sources():
            made.append(self.options.work / f"{mutant.id}_{source.name}.o")
            if self.compile(source, told, "-c", "-o", str(made[-1])).returncode != 0:
                return "compiler"
        binary = self.options.work / f"{mutant.id}_mutant"
        self.link(made, binary)
        whole, self.binary = self.binary, binary
        status, said = self.run(60 + 20 * sum(self.seconds.values()),
                                **{"": mutant.id, "_MIB": 6000})
        self.binary = whole
        for path in made + [binary]:
            path.unlink()
        return "survived" if status == 0 else run.how_it_ended(status, said)


def make_main(options):
    """doctest's main, once for all programs."""
    source = HERE / "main.cpp"
    command = [os.environ.get("CXX", "c++"), "-std=c++20", "-w", "-O1", "-DSMELT_MUTANTS_OF_HOST",
               *shlex.split(options.flags), f"-I{HERE.parent}"]
    digest = digest_of([*command, source.read_text(), (HERE / "mutants.hpp").read_text()])
    made = options.work / f"main-{digest[:16]}.o"
    if made.exists():
        return made
    done = subprocess.run([*command, "-c", str(source), "-o", str(made)], capture_output=True,
                          text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return made


def digest_of(texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def sampled(mutants, number):
    """The mutants of the smallest digests, in their own order."""
    if not number or number >= len(mutants):
        return mutants
    chosen = set(sorted((m.key() for m in mutants), key=lambda k: digest_of([k]))[:number])
    return [m for m in mutants if m.key() in chosen]


def evenly(all_of_them, number):
    if number >= len(all_of_them):
        return all_of_them
    step = len(all_of_them) / max(number, 1)
    return [all_of_them[int((i + 0.5) * step)] for i in range(number)]


class Result:
    """What is remembered of a header: the ends of its mutants by their keys."""

    def __init__(self, options, name):
        self.path = options.work / re.sub(r"[^\w]", "_", name.removesuffix(".hpp")) / "result.json"
        self.facts = {}
        if self.path.exists() and not options.fresh:
            self.facts = json.loads(self.path.read_text())

    def fits(self, digest):
        return self.facts.get("digest") == digest

    def keep(self, **facts):
        self.facts = facts
        self.path.write_text(json.dumps(facts, indent=0))


def run_header(options, name):
    """The ends of a header's mutants: what is remembered, or a run."""
    result = Result(options, name)
    if options.report:
        return result.facts
    header = mutate.Header(name, (options.root / options.include / name).read_text(), on_host=True)
    tests = tests_of(options, name)
    mutate.number_all([header])
    mutants = sampled(header.mutants, options.sample)
    known = [os.environ.get("CXX", "c++"), flags_of(options, name), str(options.compiled)]
    known.append((HERE / "mutants.hpp").read_text())
    known += [m.key() + str(m.text) for m in mutants]
    known += [t + (options.root / "tests" / t).read_text() for t in tests]
    digest = digest_of(known)
    if result.fits(digest) or options.survived and not left_of(result.facts):
        return result.facts
    before = {}
    if options.survived and result.facts:
        before = result.facts["ends"]
        left = set(left_of(result.facts))
        mutants = [m for m in mutants if m.key() in left or m.key() not in before]
    facts = {"digest": digest, "problems": header.problems, "made": len(mutants) + len(before)}
    start = time.time()
    result.path.parent.mkdir(parents=True, exist_ok=True)
    if not mutants:
        result.keep(**facts, ends={}, seconds=0.0)
        return result.facts
    if not tests:
        ends = {m.key(): "survived: no test reaches it" for m in mutants}
        result.keep(**facts, ends=ends, seconds=0.0)
        return result.facts
    facts["made"] = len(before) + sum(m.key() not in before for m in mutants)
    ends = {**before, **run_mutants(options, result.path.parent, header, tests, mutants)}
    result.keep(**facts, ends=ends, seconds=round(time.time() - start, 1))
    return result.facts


def reason_of(reasons, key):
    """What is said of a mutant, of all of its line, or of all of its function."""
    parts = key.split(" | ")
    names = [key, *(" | ".join(parts[:n]) + " | *" for n in (3, 2))]
    return next((n for n in names if n in reasons), None)


def left_of(facts):
    return [k for k, e in facts.get("ends", {}).items() if e.startswith("survived")]


def run_mutants(options, work, header, tests, mutants):
    own = argparse.Namespace(**{**vars(options), "work": work, "tests": tests,
                                "flags": flags_of(options, header.name)})
    shutil.rmtree(work / "include", ignore_errors=True)
    program = Program(own, [header], mutants)
    program.build()
    program.measure()
    ends = {program.by_id[i].key(): "does not compile" for i in program.rejected}
    ends.update({program.by_id[i].key(): "other machine" for i in program.elsewhere})
    left = [m for m in mutants if m.key() not in ends]
    experience = run.Experience(program.seconds)
    lines = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        ran = pool.map(lambda m: run.verdict(program, experience, m), left)
        for mutant, (end, _, seconds, case) in zip(left, ran):
            ends[mutant.key()] = end
            lines.append(f"{end} | {mutant.key()} | {seconds:.2f} s | {case}\n")
    (work / "results.txt").write_text("".join(lines))
    # What the program never asked for, the compiler may have run.
    only = [m for m in left if m.is_constexpr and ends[m.key()] == "survived: no test reaches it"]
    for mutant in only:
        ends[mutant.key()] = "compiled only"
    for mutant in evenly(only, options.compiled):
        end = program.compiled(mutant)
        ends[mutant.key()] = "survived compiled" if end == "survived" else f"compiled: {end}"
    return ends


# The report.


def count(facts):
    """Of a header: made, does not compile, other machine, killed, survivors; of a compiler's own:
    killed, not tried."""
    by = collections.Counter(kind(e) for e in facts["ends"].values())
    return by


def kind(end):
    if end in ("does not compile", "other machine", "compiled only"):
        return end
    if end.startswith("survived compiled"):
        return "survived compiled"
    if end.startswith("survived"):
        return "survived"
    return "killed compiled" if end.startswith("compiled") else "killed"


def main():
    options = arguments()
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    start = time.time()
    options.main = None if options.report else make_main(options)
    reasons = run.explained(options.survivors)
    totals, explained, strange, failed, problems = collections.Counter(), 0, [], [], []
    known = set()
    run.say(f"{'header':34} {'made':>5} {'run':>5} {'killed':>6}  {'%':>5} {'survive':>7} "
            f"{'explained':>9} {'compiled: killed, survive, untried':>34} {'s':>5}")
    for name in headers_of(options):
        try:
            facts = run_header(options, name)
        except SystemExit as wrong:
            failed.append(name)
            run.say(f"{name}: {wrong}")
            continue
        if not facts:
            failed.append(name)
            run.say(f"{name}: not run")
            continue
        problems += facts["problems"]
        by = count(facts)
        by["made"] = len(facts["ends"])
        survivors = left_of(facts)
        known.update(facts["ends"])
        known.update(reason_of(reasons, k) for k in survivors)
        told = [k for k in survivors if reason_of(reasons, k)]
        strange += [(k, facts["ends"][k]) for k in survivors if not reason_of(reasons, k)]
        explained += len(told)
        totals.update(by)
        if not by["made"]:
            continue
        row(name.removeprefix("smelt/"), by, len(told), facts["seconds"])
    row("all", totals, explained, time.time() - start)
    return verdict(options, reasons, totals, strange, failed, problems, known)


def row(name, by, explained, seconds):
    ran = by["killed"] + by["survived"]
    rate = f"{100 * by['killed'] / ran:.1f}" if ran else ""
    apart = f"{by['killed compiled']}, {by['survived compiled']}, {by['compiled only']}"
    run.say(f"{name:34} {by['made']:5} {ran:5} {by['killed']:6}  {rate:>5} "
            f"{by['survived'] + by['survived compiled']:7} {explained:9} {apart:>34} {seconds:5.0f}")


def verdict(options, reasons, totals, strange, failed, problems, known):
    for key, end in strange:
        run.say(f"survives, and is not explained: {key}" + end.removeprefix("survived"))
    if not options.headers and not options.sample:
        for key in reasons:
            if key not in known:
                run.say(f"explained, and does not exist: {key}")
    for problem in problems:
        run.say(f"not understood: {problem}")
    for name in failed:
        run.say(f"not done: {name}")
    ran = totals["killed"] + totals["survived"]
    enough = ran > 0 and 100 * totals["killed"] >= options.needed * ran
    run.say(f"mutants {totals['made']}: {totals['does not compile']} do not compile, "
            f"{totals['other machine']} are code of other machines; of {ran} run {totals['killed']} "
            f"killed ({100 * totals['killed'] / ran if ran else 0:.1f} %); of those that only a "
            f"compiler runs {totals['killed compiled']} killed, {totals['survived compiled']} "
            f"survived, {totals['compiled only']} not tried")
    return 0 if enough and not (strange or failed or problems) else 1


if __name__ == "__main__":
    sys.exit(main())
