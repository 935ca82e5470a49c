#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The mutants' own test: on a kernel whose mutants, and whose survivors, are known.

    self_test.py <scratch folder> [an include folder ...]
"""

import os
import pathlib
import subprocess
import sys

import mutate

HERE = pathlib.Path(__file__).resolve().parent
TOY = HERE / "toy"
WORK = pathlib.Path(sys.argv[1])

STAGE = ("run", "for (int i = ctx.thread(); i < p.n; i += ctx.threads()) ctx.put(staged + i, p.in[i]);")
READ = ("run", "for (int i = ctx.thread(); i < p.n; i += ctx.threads())")
TURN = ("run", "p.out[i] = ctx.get(staged + mirrored(i, p.n));")
LEAVE = ("run", "if (p.n == nothing) return;")
MIRROR = ("mirrored", "static constexpr int mirrored(int i, int n) { return n - 1 - i; }")
EXPECTED = [
    (*STAGE, "ctx.thread(): + 1"), (*STAGE, "`i < p.n`: <="), (*STAGE, "`i < p.n`: bound - 1"),
    (*STAGE, "+=: -="), (*STAGE, "ctx.threads(): + 1"), (*STAGE, "put dropped"),
    (*STAGE, "`staged + i, p.in[i]`: arguments swapped"), (*STAGE, "`staged + i`: -"),
    (*STAGE, "`p.in[i]`: index + 1"),
    ("run", "ctx.sync();", "barrier dropped"),
    (*LEAVE, "`p.n == nothing`: !="), (*LEAVE, "return dropped"),
    (*READ, "ctx.thread(): + 1"), (*READ, "`i < p.n`: <="), (*READ, "`i < p.n`: bound - 1"),
    (*READ, "+=: -="), (*READ, "ctx.threads(): + 1"),
    (*TURN, "assignment dropped"), (*TURN, "`p.out[i]`: index + 1"),
    (*TURN, "`staged + mirrored(i, p.n)`: -"), (*TURN, "`i, p.n`: arguments swapped"),
    (*MIRROR, "`n - 1 - i`: +"), (*MIRROR, "`n - 1 - i`: sides swapped"), (*MIRROR, "`n - 1`: +"),
    (*MIRROR, "`n - 1`: sides swapped"), (*MIRROR, "1: 0"), (*MIRROR, "1: 2"),
]
# An empty row is as well written as left.
HOST_SURVIVES = """toy/within.hpp | half | constexpr int half(int n) { return n / 2; } | 2: 3
  Of an odd number, either half.
toy/within.hpp | within | if (n < low) return low; | `n < low`: <=
toy/within.hpp | within | return n > high ? high : n; | `n > high`: >=
  A bound's own value is the bound either way.
"""
SURVIVES = "toy/reverse.hpp | run | if (p.n == nothing) return; | return dropped"

failures = []


def check(what, true, said=""):
    if not true:
        failures.append(f"{what}\n{said}")


def mutants_of(text):
    header = mutate.Header("planted.hpp", text)
    return [m.operator for m in header.mutants], header.problems


def run(*arguments):
    flags = " ".join(["-O0"] + [f"-idirafter {path}" for path in sys.argv[2:]])
    command = [sys.executable, str(HERE / "run.py"), "toy/reverse.hpp", "--root", str(TOY),
               "--work", str(WORK), "--jobs", "1", f"--flags={flags}", "--tests", "reverse.cpp",
               *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def run_host(*arguments):
    flags = " ".join(["-O0"] + [f"-idirafter {path}" for path in sys.argv[2:]])
    command = [sys.executable, str(HERE / "host.py"), "toy/within.hpp", "--root", str(TOY),
               "--work", str(WORK / "host"), "--jobs", "1", f"--flags={flags}", "--tests", "within.cpp",
               *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


# What is found, and in which order.
found = [(m.function, m.source, m.operator)
         for m in mutate.Header("toy", (TOY / "include/toy/reverse.hpp").read_text()).mutants]
for one in EXPECTED:
    check(f"not found: {one}", one in found)
for one in found:
    check(f"not expected: {one}", one in EXPECTED)

# Operators that the toy has no place for.
operators, _ = mutants_of("""void f(Context& ctx, P& p, int lane) {
  if constexpr (p < 1) return;
  constexpr int size = 1 + 1;
  double room[size + 1];
  ctx.release(at, p.word ? 1ull : p.word);
  while ((seen = ctx.acquire(at)) == 0 && !p.over) ctx.pause();
  x = ctx.down(x, half) + ctx.add(p.states, 1ull);
  vector<list<int>> made{lane};
}""")
for one in ["release dropped", "release: plain put", "acquire: plain get", "blockIdx for a ticket",
            "down: by (half) + 1", "down: own value", "wrong lane: lane", "`!p.over`: without !",
            "arms of `p.word ?` swapped", "pause dropped"]:
    check(f"not found: {one}", one in operators, str(operators))
check("a constant has mutants", not [o for o in operators if "p < 1" in o or "size" in o])
_, problems = mutants_of("void f(int x) {\n  goto x;\n}")
check("a goto was understood", problems == ["planted.hpp:2: f: a goto"], str(problems))

planted = mutate.Header("planted.hpp", """constexpr int f(int x) {
  switch (x) {
    case 1: return 2;
    default: return 3;
  }
}""")
mutate.number_all([planted])
check("a switch was written twice", planted.rewritten().count("case 1:") == 1, planted.rewritten())

planted = mutate.Header("planted.hpp", """struct key {
  bool operator<(const key& b) const { return at < b.at; }
};""", on_host=True)
check("operator< was not understood",
      [(m.function, m.operator) for m in planted.mutants][:1] == [("<", "`at < b.at`: <=")],
      str([(m.function, m.operator) for m in planted.mutants]))
_, problems = mutants_of("""void f(int x) {
  __extension__ using wide = __int128;
  const Bits ones = (Bits)x;
  return g(x + 1), x + 2;
}""")
check("an extension, a cast or a comma was not understood", not problems, str(problems))

# From end to end: without an explanation it fails, with one it passes, with too many left it fails.
explained = WORK / "explained.txt"
WORK.mkdir(parents=True, exist_ok=True)
explained.write_text(f"{SURVIVES}\n  An empty row has nothing to write.\n")
status, said = run("--survivors", str(WORK / "none.txt"), "--needed", "90")
check("an unexplained survivor passed", status == 1, said)
check("the survivor is not named", f"survives, and is not explained: {SURVIVES}" in said, said)
check("not one survivor", "survivors 1, 0 of them explained" in said, said)
status, said = run("--again", "--survivors", str(explained), "--needed", "90")
check("an explained survivor failed", status == 0, said)
check("the summary is another", "mutants 26 (and 1 that do not compile), killed 25 (96.2 %), "
      "survivors 1, 1 of them explained; schedules run " in said, said)
status, said = run("--again", "--survivors", str(explained), "--needed", "97")
check("too few were killed, and it passed", status == 1, said)
explained.write_text(f"{SURVIVES}\n")
status, said = run("--again", "--survivors", str(explained), "--only", "barrier")
check("an entry without a reason passed", status != 0 and "no reason is given" in said, said)
status, said = run("large.cpp", "--survivors", str(explained))
check("a test that kills all mutants by its limits passed",
      status != 0 and "this test case fails without any mutant, alone and with the limits of one: "
      "more memory than a mutant may have" in said, said)

# The headers of the host: every end, and what is remembered.
explained.write_text(HOST_SURVIVES)
status, said = run_host("--survivors", str(WORK / "none.txt"), "--needed", "80")
check("an unexplained survivor of the host passed", status == 1, said)
for line in HOST_SURVIVES.split("\n"):
    if line.startswith("toy"):
        check("a survivor of the host is not named", f"is not explained: {line}" in said, said)
summary = ("mutants 22: 1 do not compile, 4 are code of other machines; of 14 run 12 killed (85.7 %); of "
           "those that only a compiler runs 2 killed, 1 survived, 0 not tried")
check("the summary of the host is another", summary in said, said)
made = WORK / "host" / "toy_within" / "mutants"
made.unlink(missing_ok=True)
status, said = run_host("--survivors", str(explained), "--needed", "80")
check("explained survivors of the host failed", status == 0 and summary in said, said)
check("what is remembered was made again", not made.exists())
status, said = run_host("--survivors", str(explained), "--report")
check("too few of the host were killed, and it passed", status == 1 and summary in said, said)
status, said = run_host("--survivors", str(explained), "--needed", "80", "--fresh", "--report")
check("nothing was run, and it passed", status == 1 and "not run" in said, said)

if failures:
    sys.exit("\n".join(failures))
